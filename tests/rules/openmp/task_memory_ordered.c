/* Rule    openmp.task_memory  [HB-OMP-06]
 * Expect  none
 * Why     what a task is made of is its own: the runtime gives the memory of one that has ended to the next, in
 *         an order that is its own affair.
 * Twin    task_memory_races.c
 */
#include "../invisible.h"

#include <omp.h>

enum { MANY = 40 };

int main(void) {
    static int x;
#pragma omp parallel num_threads(2)
#pragma omp single
    for (int i = 0; i < MANY; i++) {
#pragma omp task untied priority(i) firstprivate(x)
        {
#pragma omp taskyield
            x++;
            mark(0);
        }
        x = i;
        await_times(0, i + 1);
    }
    return 0;
}
