/* Rule    openmp.for_waits  [HB-OMP-02]
 * Expect  race x
 * Why     nowait: the loop ends with none.
 * Twin    for_waits_ordered.c
 */
#include <omp.h>

int x[2], seen[2];

int main(void) {
#pragma omp parallel num_threads(2)
    {
#pragma omp for schedule(static, 1) nowait
        for (int i = 0; i < 2; i++) {
            x[i] = i;
        }
        seen[omp_get_thread_num()] = x[1 - omp_get_thread_num()];
    }
    return 0;
}
