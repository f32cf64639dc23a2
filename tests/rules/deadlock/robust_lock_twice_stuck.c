/* Rule    deadlock.robust_lock_twice  [D8]
 * Expect  deadlock m
 * Why     a robust mutex is given to who waits only when its holder ends, and he waits himself.
 * Twin    robust_lock_twice_free.c
 */
#include <errno.h>
#include <pthread.h>

pthread_mutex_t m;

int main(void) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&m, &attributes);
    if (pthread_mutex_lock(&m) != EOWNERDEAD) {
        pthread_mutex_lock(&m);
        pthread_mutex_unlock(&m);
    }
    return 0;
}
