/* Rule    openmp.parallel_sections  [HB-OMP-01]
 * Expect  race x
 * Why     both touch the same.
 * Twin    parallel_sections_ordered.c
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
        section(&x[0]);
    }
    seen = x[0] + x[1];
    return 0;
}
