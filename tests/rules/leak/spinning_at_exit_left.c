/* Rule    leak.spinning_at_exit  [D10]
 * Expect  leak main
 * Listed  1 thread running at exit
 * Why     the one that has ended, and nobody joined it: who turns is only listed.
 * Twin    spinning_at_exit_gone.c
 */
#include "../ended.h"
#include "../invisible.h"

#include <pthread.h>
#include <sched.h>

static void *task(void *ends) {
    mark(0);
    while (ends == NULL) {
        sched_yield();
    }
    return NULL;
}

int main(void) {
    pthread_t thread[2];
    pthread_create(&thread[0], NULL, task, NULL);
    pthread_create(&thread[1], NULL, task, thread);
    await_times(0, 2);
    await_threads(2);
    return 0;
}
