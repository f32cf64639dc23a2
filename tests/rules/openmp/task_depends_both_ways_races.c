/* Rule    openmp.task_depends_both_ways  [HB-OMP-06]
 * Expect  race x
 * Why     two that read are not ordered.
 * Twin    task_depends_both_ways_ordered.c
 */
#include "../invisible.h"

#include <omp.h>

int x, y;

int main(void) {
#pragma omp parallel num_threads(2)
#pragma omp single
    {
#pragma omp task depend(in : y)
        { /* on the other thread */
            mark(0);
            x = 1;
        }
        await(0);
#pragma omp task depend(in : y) if (0)
        x++; /* on this one */
    }
    return 0;
}
