/* Rule    deadlock.one_helper  [D8]
 * Expect  none
 * Why     main waits for nobody.
 * Twin    one_helper_stuck.c
 */
#include "../invisible.h"
#include <pthread.h>

#define HELPER __attribute__((noinline)) static int

pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER,
                c = PTHREAD_MUTEX_INITIALIZER;

HELPER lock_it(pthread_mutex_t *m) {
    return pthread_mutex_lock(m) + 1;
}
HELPER deposit(pthread_mutex_t *m) {
    return lock_it(m) + 1;
}
HELPER transfer(pthread_mutex_t *m) {
    return lock_it(m) + 1;
}

static void *task(void *unused) {
    lock_it(&b);
    mark(0);
    int taken = deposit(&a);
    return taken + pthread_mutex_unlock(&a) + pthread_mutex_unlock(&b) == 2 ? unused : NULL;
}

int main(void) {
    pthread_t thread;
    lock_it(&a);
    pthread_create(&thread, NULL, task, NULL);
    await(0);
    int n = transfer(&c) - 2;
    return n + pthread_mutex_unlock(&c) + pthread_mutex_unlock(&a) + pthread_join(thread, NULL);
}
