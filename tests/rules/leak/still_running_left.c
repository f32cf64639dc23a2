/* Rule    leak.still_running  [D10]
 * Expect  leak main
 * Why     it has ended, and nobody joined it.
 * Twin    still_running_gone.c
 */
#include "../ended.h"
#include "../invisible.h"

#include <pthread.h>

void *task(void *unused) {
    mark(0);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    await(0);
    await_threads(1);
    return 0;
}
