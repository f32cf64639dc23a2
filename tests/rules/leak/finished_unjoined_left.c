/* Rule    leak.finished_unjoined  [D10]
 * Expect  leak main
 * Why     it has ended, and nobody joined it.
 * Twin    finished_unjoined_gone.c
 */
#include "../ended.h"

#include <pthread.h>

void *task(void *unused) {
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    await_threads(1);
    return 0;
}
