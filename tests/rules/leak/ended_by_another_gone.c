/* Rule    leak.ended_by_another  [D10]
 * Expect  none
 * Why     main itself waits, for who ends the process.
 * Twin    ended_by_another_left.c
 */
#include "../asleep.h"
#include "../ended.h"

#include <pthread.h>
#include <stdlib.h>

void *task(void *unused) {
    exit(0);
    return unused;
}

void *other(void *unused) {
    return unused;
}

int main(void) {
    pthread_t thread[2];
    pthread_create(&thread[0], NULL, other, NULL);
    pthread_join(thread[0], NULL);
    pthread_create(&thread[1], NULL, task, NULL);
    return pthread_join(thread[1], NULL);
}
