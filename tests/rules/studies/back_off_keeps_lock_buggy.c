/* Rule    studies.back_off_keeps_lock  [Lu08]
 * Expect  deadlock first
 * Also    misuse
 * Why     who gives up has ended with the first lock.
 * Twin    back_off_keeps_lock_fixed.c
 */
#include <pthread.h>

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER, second = PTHREAD_MUTEX_INITIALIZER;

static void *both_or_none(void *unused) {
    pthread_mutex_lock(&first);
    if (pthread_mutex_trylock(&second) != 0) {
        return NULL;
    }
    pthread_mutex_unlock(&second);
    pthread_mutex_unlock(&first);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_mutex_lock(&second);
    pthread_create(&thread, NULL, both_or_none, NULL);
    pthread_join(thread, NULL);
    pthread_mutex_unlock(&second);
    pthread_mutex_lock(&first);
    return pthread_mutex_unlock(&first);
}
