/* Rule    openmp.event  [HB-OMP-06]
 * Expect  race x
 * Why     what comes after the event is fulfilled is not waited for.
 * Twin    event_ordered.c
 */
#include "../invisible.h"

#include <omp.h>

int x, seen;

static void fulfill(omp_event_handle_t event) {
    await(0);
    omp_fulfill_event(event);
    x = 1;
}

int main(void) {
#pragma omp parallel num_threads(2)
    if (omp_get_thread_num() == 1) {
        fulfill((omp_event_handle_t)(size_t)take());
    } else {
        omp_event_handle_t event = (omp_event_handle_t)0;
#pragma omp task detach(event)
        mark(0);
        give((void *)(size_t)event);
#pragma omp taskwait
        seen = x;
    }
    return 0;
}
