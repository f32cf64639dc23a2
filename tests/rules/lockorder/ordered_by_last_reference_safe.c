/* Rule    lockorder.ordered_by_last_reference  [D9]
 * Expect  none
 * Why     who drops the last reference comes after all that was done with the others.
 * Twin    ordered_by_last_reference_cycle.c
 */
#include "../invisible.h"
#include "../nest.h"
#include <stdatomic.h>

_Atomic int s;

static int drop(void) {
    return atomic_fetch_sub_explicit(&s, 1, memory_order_release) == 1;
}

void *task(void *unused) {
    await(0);
    if (drop()) {
        atomic_thread_fence(memory_order_acquire);
        nest(&b, &a);
    }
    return NULL;
}

int main(void) {
    pthread_t thread;
    atomic_store_explicit(&s, 2, memory_order_relaxed);
    pthread_create(&thread, NULL, task, NULL);
    nest(&a, &b);
    drop();
    mark(0);
    return pthread_join(thread, NULL);
}
