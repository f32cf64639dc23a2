/* Rule    openmp.taskwait  [HB-OMP-06]
 * Expect  race x
 * Why     the parent does not wait.
 * Twin    taskwait_ordered.c
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
        x++;
    }
    return 0;
}
