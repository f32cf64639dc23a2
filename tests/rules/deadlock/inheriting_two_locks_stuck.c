/* Rule    deadlock.inheriting_two_locks  [D8]
 * Expect  deadlock
 * Why     each holds what the other wants; the kernel sees it, too, and glibc lets the second wait for nothing.
 * Twin    inheriting_two_locks_free.c
 */
#include "../asleep.h"

#include <pthread.h>

pthread_mutex_t a, b;

static void *task(void *unused) {
    pthread_mutex_lock(&b);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    pthread_mutex_init(&a, &attributes);
    pthread_mutex_init(&b, &attributes);
    pthread_mutex_lock(&a);
    pthread_create(&thread, NULL, task, NULL);
    await_sleepers(1);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
    return pthread_join(thread, NULL);
}
