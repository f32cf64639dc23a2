/* Rule    openmp.task_depends  [HB-OMP-06]
 * Expect  none
 * Why     a task that depends on another starts after its end.
 * Twin    task_depends_races.c
 */
#include "../invisible.h"

#include <omp.h>

int x, y;

int main(void) {
#pragma omp parallel num_threads(2)
#pragma omp single
    {
#pragma omp task depend(out : x)
        { /* on the other thread */
            mark(0);
            x = 1;
        }
        await(0);
#pragma omp task depend(in : x) if (0)
        x++; /* on this one */
    }
    return 0;
}
