/* Rule    openmp.event  [HB-OMP-06]
 * Expect  none
 * Why     a task with an event has ended when the event is fulfilled, by any thread: what came before that comes
 *         before who has waited for the task.
 * Twin    event_races.c
 */
#include "../invisible.h"

#include <omp.h>

int x, seen;

static void fulfill(omp_event_handle_t event) {
    await(0);
    x = 1;
    omp_fulfill_event(event);
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
