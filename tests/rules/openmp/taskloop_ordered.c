/* Rule    openmp.taskloop  [HB-OMP-06]
 * Expect  none
 * Why     a loop of tasks ends when all of them have.
 * Twin    taskloop_races.c
 */
#include "../invisible.h"

#include <omp.h>

int x[2], seen;

int main(void) {
#pragma omp parallel num_threads(2)
#pragma omp single
    {
#pragma omp taskloop num_tasks(2)
        for (int i = 0; i < 2; i++) {
            x[i] = i;
            mark(0);
        }
        await_times(0, 2); /* a taskloop's own thread works on it, too */
        seen = x[0] + x[1];
    }
    return 0;
}
