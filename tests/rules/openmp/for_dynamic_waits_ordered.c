/* Rule    openmp.for_dynamic_waits  [HB-OMP-02]
 * Expect  none
 * Why     a loop whose iterations are given out as it runs ends with a barrier.
 * Twin    for_dynamic_waits_races.c
 */
#include "../invisible.h"

#include <omp.h>

int x[2], seen[2];

int main(void) {
#pragma omp parallel num_threads(2)
    {
#pragma omp for schedule(dynamic, 1)
        for (int i = 0; i < 2; i++) { /* one each */
            x[omp_get_thread_num()] = i;
            mark(0);
            await_times(0, 2);
        }
        seen[omp_get_thread_num()] = x[1 - omp_get_thread_num()];
    }
    return 0;
}
