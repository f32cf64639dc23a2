/* Rule    deadlock.lock_twice  [D8]
 * Expect  none
 * Why     a recursive one only counts.
 * Twin    lock_twice_stuck.c
 */
#include <pthread.h>

pthread_mutex_t m = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

int main(void) {
    pthread_mutex_lock(&m);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    return pthread_mutex_unlock(&m);
}
