/* Rule    deadlock.exit_handler_wants_a_lock  [D8]
 * Expect  none
 * Why     main has let it go.
 * Twin    exit_handler_wants_a_lock_stuck.c
 */
#include <pthread.h>
#include <stdlib.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void handle(void) {
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
}

int main(void) {
    atexit(handle);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    return 0;
}
