/* Rule    openmp.task_creation  [HB-OMP-06]
 * Expect  none
 * Why     what comes before a task's creation happens before the task.
 * Twin    task_creation_races.c
 */
#include "../invisible.h"

#include <omp.h>

int x;

int main(void) {
#pragma omp parallel num_threads(2)
#pragma omp single
    {
        x = 1;
#pragma omp task
        { /* on the other thread */
            x++;
            mark(0);
        }
        await(0);
    }
    return 0;
}
