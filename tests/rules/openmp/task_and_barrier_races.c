/* Rule    openmp.task_and_barrier  [HB-OMP-06]
 * Expect  race x
 * Why     nothing waits for the task.
 * Twin    task_and_barrier_ordered.c
 */
#include "../invisible.h"

#include <omp.h>

int x;

int main(void) {
#pragma omp parallel num_threads(2)
    {
        int me = omp_get_thread_num();
        if (me == 0) {
#pragma omp task
            { /* on the other thread */
                x = 1;
                mark(0);
            }
            await(0);
        }
        if (me == 0) {
            x++;
        }
    }
    return 0;
}
