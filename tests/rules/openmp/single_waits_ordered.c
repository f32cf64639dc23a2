/* Rule    openmp.single_waits  [HB-OMP-02]
 * Expect  none
 * Why     a single block ends with a barrier.
 * Twin    single_waits_races.c
 */
#include <omp.h>

int x, seen[2];

int main(void) {
#pragma omp parallel num_threads(2)
    {
#pragma omp single
        x = 1;
        seen[omp_get_thread_num()] = x;
    }
    return 0;
}
