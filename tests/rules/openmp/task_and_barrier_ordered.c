/* Rule    openmp.task_and_barrier  [HB-OMP-06]
 * Expect  none
 * Why     a barrier waits for the tasks, too.
 * Twin    task_and_barrier_races.c
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
#pragma omp barrier
        if (me == 0) {
            x++;
        }
    }
    return 0;
}
