/* Rule    lockorder.ordered_by_fences  [D9]
 * Expect  none
 * Why     the fences stand around a relaxed store and the load that read it.
 * Twin    ordered_by_fences_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"
#include <stdatomic.h>

_Atomic int s;

void *task(void *unused) {
    while (atomic_load_explicit(&s, memory_order_relaxed) == 0) {
        sched_yield();
    }
    atomic_thread_fence(memory_order_acquire);
    nest(&b, &a);
    return NULL;
}

int main(void) {
    pthread_t thread;
    atomic_store_explicit(&s, 0, memory_order_relaxed);
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    atomic_thread_fence(memory_order_release);
    atomic_store_explicit(&s, 1, memory_order_relaxed);
    return pthread_join(thread, NULL);
}
