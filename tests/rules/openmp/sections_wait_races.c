/* Rule    openmp.sections_wait  [HB-OMP-02]
 * Expect  race x
 * Why     nowait: they end with none.
 * Twin    sections_wait_ordered.c
 */
#include "../invisible.h"

#include <omp.h>

int x[2], seen[2];

static void section(void) { /* one each */
    x[omp_get_thread_num()] = 1;
    mark(0);
    await_times(0, 2);
}

int main(void) {
#pragma omp parallel num_threads(2)
    {
#pragma omp sections nowait
        {
#pragma omp section
            section();
#pragma omp section
            section();
        }
        seen[omp_get_thread_num()] = x[1 - omp_get_thread_num()];
    }
    return 0;
}
