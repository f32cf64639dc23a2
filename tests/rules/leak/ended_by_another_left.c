/* Rule    leak.ended_by_another  [D10]
 * Expect  leak main
 * Why     one has ended, and nobody joined it.
 * Twin    ended_by_another_gone.c
 */
#include "../asleep.h"
#include "../ended.h"

#include <pthread.h>
#include <stdlib.h>

void *task(void *unused) {
    await_threads(2);
    await_sleepers(1);
    exit(0);
    return unused;
}

void *other(void *unused) {
    return unused;
}

int main(void) {
    pthread_t thread[2];
    pthread_create(&thread[0], NULL, other, NULL);
    pthread_create(&thread[1], NULL, task, NULL);
    return pthread_join(thread[1], NULL);
}
