/* Rule    deadlock.inheriting_lock_twice  [D8]
 * Expect  none
 * Why     it is locked once.
 * Twin    inheriting_lock_twice_stuck.c
 */
#include <pthread.h>

pthread_mutex_t m;

int main(void) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    pthread_mutex_init(&m, &attributes);
    pthread_mutex_lock(&m);
    return pthread_mutex_unlock(&m);
}
