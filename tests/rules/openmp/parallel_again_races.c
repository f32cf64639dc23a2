/* Rule    openmp.parallel_again  [HB-OMP-01]
 * Expect  race x
 * Why     both loops are in one region, and the first does not wait.
 * Twin    parallel_again_ordered.c
 */
#include <omp.h>

int x[2], seen[2];

int main(void) {
#pragma omp parallel num_threads(2)
    {
        x[omp_get_thread_num()] = 1;
        seen[omp_get_thread_num()] = x[1 - omp_get_thread_num()];
    }
#pragma omp parallel num_threads(2)
    {}
    return 0;
}
