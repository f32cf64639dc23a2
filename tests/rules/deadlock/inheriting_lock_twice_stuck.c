/* Rule    deadlock.inheriting_lock_twice  [D8]
 * Expect  deadlock m
 * Why     who holds a mutex that inherits priorities waits for it himself.
 * Twin    inheriting_lock_twice_free.c
 */
#include <pthread.h>

pthread_mutex_t m;

int main(void) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    pthread_mutex_init(&m, &attributes);
    pthread_mutex_lock(&m);
    pthread_mutex_lock(&m);
    return pthread_mutex_unlock(&m);
}
