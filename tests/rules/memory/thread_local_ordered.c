/* Rule    memory.thread-local  [GR-31]
 * Expect  none
 * Why     each thread has an own variable: no two tasks share it while none of them moves.
 * Twin    thread_local_races.c
 */
#include "../invisible.h"

#include <pthread.h>

_Thread_local int own;

static void *a(void *unused) {
    own = 1;
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, a, NULL);
    await(1);
    own = 2;
    pthread_join(thread, NULL);
    return 0;
}
