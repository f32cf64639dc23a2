/* Rule    openmp.task_memory  [HB-OMP-06]
 * Expect  race x
 * Why     what is shared lives on in another place than the memory of a task.
 * Twin    task_memory_ordered.c
 */
#include "../invisible.h"

#include <omp.h>

enum { MANY = 40 };

int main(void) {
    static int x;
#pragma omp parallel num_threads(2)
#pragma omp single
    for (int i = 0; i < MANY; i++) {
#pragma omp task untied priority(i) shared(x)
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
