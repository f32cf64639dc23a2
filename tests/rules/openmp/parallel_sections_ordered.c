/* Rule    openmp.parallel_sections  [HB-OMP-01]
 * Expect  none
 * Why     sections that touch memory of their own; their end is the region's.
 * Twin    parallel_sections_races.c
 */
#include "../invisible.h"

#include <omp.h>

int x[2], seen;

static void section(int *own) { /* one each */
    *own = 1;
    mark(0);
    await_times(0, 2);
}

int main(void) {
#pragma omp parallel sections num_threads(2)
    {
#pragma omp section
        section(&x[0]);
#pragma omp section
        section(&x[1]);
    }
    seen = x[0] + x[1];
    return 0;
}
