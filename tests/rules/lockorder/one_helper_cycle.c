/* Rule    lockorder.one_helper  [D9]
 * Expect  lock-order a c
 * Says    #1 deposit
 * Says    #1 transfer
 * Why     both orders are told, though all locks are taken by one function.
 * Twin    one_helper_safe.c
 */
#include "../invisible.h"
#include <pthread.h>

#define HELPER __attribute__((noinline)) static int

typedef pthread_mutex_t mutex;
mutex a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER, c = PTHREAD_MUTEX_INITIALIZER,
      d = PTHREAD_MUTEX_INITIALIZER;

HELPER nest(mutex *first, mutex *second) {
    int bad = pthread_mutex_lock(first) + pthread_mutex_lock(second);
    return bad + pthread_mutex_unlock(second) + pthread_mutex_unlock(first);
}

HELPER deposit(mutex *first, mutex *second) {
    return nest(first, second) * 2;
}
HELPER transfer(mutex *first, mutex *second) {
    return nest(first, second) * 3;
}

static void *task(void *unused) {
    await(0);
    return deposit(&b, &a) + transfer(&d, &c) == 0 ? unused : NULL;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, task, NULL);
    int bad = deposit(&a, &b) + transfer(&c, &d);
    mark(0);
    return bad + pthread_join(thread, NULL);
}
