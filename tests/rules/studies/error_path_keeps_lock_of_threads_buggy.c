/* Rule    studies.error_path_keeps_lock_of_threads  [Lu08]
 * Expect  deadlock m
 * Also    misuse
 * Why     the thread that met an error has ended with the lock.
 * Twin    error_path_keeps_lock_of_threads_fixed.c
 */
#include <pthread.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int stored;

static void *store(void *value) {
    pthread_mutex_lock(&m);
    if (value == NULL) {
        return NULL;
    }
    stored = *(int *)value;
    pthread_mutex_unlock(&m);
    return NULL;
}

int main(void) {
    int one = 1;
    pthread_t thread;
    pthread_create(&thread, NULL, store, NULL);
    pthread_join(thread, NULL);
    store(&one);
    return stored != 1;
}
