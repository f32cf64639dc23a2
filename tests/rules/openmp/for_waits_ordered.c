/* Rule    openmp.for_waits  [HB-OMP-02]
 * Expect  none
 * Why     a loop ends with a barrier.
 * Twin    for_waits_races.c
 */
#include <omp.h>

int x[2], seen[2];

int main(void) {
#pragma omp parallel num_threads(2)
    {
#pragma omp for schedule(static, 1)
        for (int i = 0; i < 2; i++) {
            x[i] = i;
        }
        seen[omp_get_thread_num()] = x[1 - omp_get_thread_num()];
    }
    return 0;
}
