/* Rule    openmp.for_dynamic_waits  [HB-OMP-02]
 * Expect  race x
 * Why     nowait: the loop ends with none.
 * Twin    for_dynamic_waits_ordered.c
 */
#include "../invisible.h"

#include <omp.h>

int x[2], seen[2];

int main(void) {
#pragma omp parallel num_threads(2)
    {
#pragma omp for schedule(dynamic, 1) nowait
        for (int i = 0; i < 2; i++) { /* one each */
            x[omp_get_thread_num()] = i;
            mark(0);
            await_times(0, 2);
        }
        seen[omp_get_thread_num()] = x[1 - omp_get_thread_num()];
    }
    return 0;
}
