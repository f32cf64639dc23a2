/* Rule    openmp.parallel_again  [HB-OMP-01]
 * Expect  none
 * Why     a thread of one region happens before all threads of the next one.
 * Twin    parallel_again_races.c
 */
#include <omp.h>

int x[2], seen[2];

int main(void) {
#pragma omp parallel num_threads(2)
    { x[omp_get_thread_num()] = 1; }
#pragma omp parallel num_threads(2)
    { seen[omp_get_thread_num()] = x[1 - omp_get_thread_num()]; }
    return 0;
}
