/* Rule    deadlock.lock_twice_checked  [D8]
 * Expect  none
 * Why     one that checks for errors refuses.
 * Twin    lock_twice_checked_stuck.c
 */
#include <errno.h>
#include <pthread.h>

pthread_mutex_t m = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

int main(void) {
    pthread_mutex_lock(&m);
    int second = pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    return second == EDEADLK ? 0 : 1;
}
