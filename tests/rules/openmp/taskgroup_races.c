/* Rule    openmp.taskgroup  [HB-OMP-06]
 * Expect  race x
 * Why     it is in no group.
 * Twin    taskgroup_ordered.c
 */
#include "../invisible.h"

#include <omp.h>

int x;

int main(void) {
#pragma omp parallel num_threads(2)
#pragma omp single
    {
        {
#pragma omp task
            { /* on the other thread */
                x = 1;
                mark(0);
            }
            await(0);
        }
        x++;
    }
    return 0;
}
