/* Rule    openmp.task_creation  [HB-OMP-06]
 * Expect  race x
 * Why     what comes after its creation does not.
 * Twin    task_creation_ordered.c
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
            x++;
            mark(0);
        }
        await(0);
        x = 1;
    }
    return 0;
}
