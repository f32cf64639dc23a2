/* Rule    openmp.taskwait  [HB-OMP-06]
 * Expect  none
 * Why     a task's end happens before its parent has waited for it.
 * Twin    taskwait_races.c
 */
#include "../invisible.h"

#include <omp.h>

int x;

int main(void) {
#pragma omp parallel num_threads(2)
#pragma omp single
    {
#pragma omp task
        { /* on the other thread */
            x = 1;
            mark(0);
        }
        await(0);
#pragma omp taskwait
        x++;
    }
    return 0;
}
