/* Rule    deadlock.lock_twice  [D8]
 * Expect  deadlock
 * Why     a plain mutex that its holder locks again is never let go.
 * Twin    lock_twice_free.c
 */
#include <pthread.h>

pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

int main(void) {
    pthread_mutex_lock(&m);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    return pthread_mutex_unlock(&m);
}
