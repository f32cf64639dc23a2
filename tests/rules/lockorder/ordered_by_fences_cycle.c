/* Rule    lockorder.ordered_by_fences  [D9]
 * Expect  lock-order
 * Why     nobody reads what is stored.
 * Twin    ordered_by_fences_safe.c
 */
#include "../invisible.h"
#include "../nest.h"
#include <stdatomic.h>

_Atomic int s;

void *task(void *unused) {
    await(0);
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
    mark(0);
    return pthread_join(thread, NULL);
}
