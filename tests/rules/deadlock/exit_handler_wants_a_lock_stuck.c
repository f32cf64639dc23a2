/* Rule    deadlock.exit_handler_wants_a_lock  [D8]
 * Expect  deadlock m
 * Why     main returns with the lock that its exit handler waits for: the process never ends.
 * Twin    exit_handler_wants_a_lock_free.c
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
    return 0;
}
