/* Rule    leak.finished_unjoined  [D10]
 * Expect  none
 * Why     it was joined.
 * Twin    finished_unjoined_left.c
 */
#include "../ended.h"

#include <pthread.h>

void *task(void *unused) {
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    pthread_join(thread, NULL);
    await_threads(1);
    return 0;
}
