/* Rule    lockorder.ordered_by_relaxed  [D9]
 * Expect  none
 * Why     who reads a value comes after who stored it, whatever else it may see.
 * Twin    ordered_by_relaxed_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"
#include <stdatomic.h>

_Atomic int s;

void *task(void *unused) {
    int one = 1;
    while (!atomic_compare_exchange_strong_explicit(&s, &one, 2, memory_order_relaxed,
                                                    memory_order_relaxed)) {
        one = 1;
        sched_yield();
    }
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    atomic_store_explicit(&s, 0, memory_order_relaxed);
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    atomic_fetch_add_explicit(&s, 1, memory_order_relaxed);
    return pthread_join(thread, NULL);
}
