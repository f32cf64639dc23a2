/* Rule    annotations.mutex-code-orders-nothing  [tsan_interface.h]
 * Expect  none
 * Why     an atomic in the code of the lock is no edge; without the lock around it, it is.
 * Twin    mutex_code_orders_nothing_races.c
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
    (void)__atomic_load_n(&m, __ATOMIC_ACQUIRE);
    x = 2;
    pthread_join(thread, NULL);
    return 0;
}
