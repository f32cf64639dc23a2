/* Rule    annotations.mutex-code-orders-nothing  [tsan_interface.h]
 * Expect  race x
 * Why     the acquire is in the code of a lock, which took nothing.
 * Twin    mutex_code_orders_nothing_ordered.c
 */
#include "../invisible.h"

#include <pthread.h>
#include <sanitizer/tsan_interface.h>

int x;
long m, n;

static void *worker(void *unused) {
    x = 1;
    __atomic_store_n(&m, 1, __ATOMIC_RELEASE);
    mark(1);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    await(1);
    __tsan_mutex_pre_lock(&n, 0);
    (void)__atomic_load_n(&m, __ATOMIC_ACQUIRE);
    __tsan_mutex_post_lock(&n, 0, 0);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
