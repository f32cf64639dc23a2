/* Rule    openmp.parallel_again  [HB-OMP-01]
 * Expect  race x
 * Why     both are in one region, and the first does not wait.
 * Twin    parallel_again_ordered.c
 */
#include <omp.h>

int x[2], seen[2];

int main(void) {
#pragma omp parallel num_threads(2)
    {
        int me = omp_get_thread_num();
        x[me] = 1;
        seen[me] += x[1 - me];
    }
#pragma omp parallel num_threads(2)
    {
        int me = omp_get_thread_num();
        seen[me]++;
    }
    return 0;
}
