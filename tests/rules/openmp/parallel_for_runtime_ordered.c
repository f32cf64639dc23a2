/* Rule    openmp.parallel_for_runtime  [HB-OMP-01]
 * Expect  none
 * Why     a loop whose schedule is chosen at run time: its end is the region's.
 * Twin    parallel_for_runtime_races.c
 */
#include "../invisible.h"

#include <omp.h>

int x[2], sum;

int main(void) {
    omp_set_schedule(omp_sched_dynamic, 1);
#pragma omp parallel for num_threads(2) schedule(runtime)
    for (int i = 0; i < 2; i++) { /* one each */
        x[i] = i;
        mark(0);
        await_times(0, 2);
    }
    sum += x[0] + x[1];
    return 0;
}
