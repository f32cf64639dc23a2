/* Rule    openmp.task_data  [HB-OMP-06]
 * Expect  race x
 * Why     what is shared is not copied.
 * Twin    task_data_ordered.c
 */
#include "../invisible.h"

#include <omp.h>

int seen;

int main(void) {
    static int x;
#pragma omp parallel num_threads(2)
#pragma omp single
    {
        int many[100] = {1, 2, 3};
        for (int i = 0; i < 3; i++) {
#pragma omp task firstprivate(many) shared(x)
            {
                many[i] += x;
                mark(0);
            }
            await_times(0, i + 1);
            x = many[0]++;
        }
    }
    return 0;
}
