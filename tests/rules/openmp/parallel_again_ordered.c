/* Rule    openmp.parallel_again  [HB-OMP-01]
 * Expect  none
 * Why     a thread of one region happens before all threads of the next one.
 * Twin    parallel_again_races.c
 */
#include <omp.h>

int x[2], seen[2];

int main(void) {
#pragma omp parallel num_threads(2)
    {
        int me = omp_get_thread_num();
        x[me] = 1;
    }
#pragma omp parallel num_threads(2)
    {
        int me = omp_get_thread_num();
        seen[me] += x[1 - me];
        seen[me]++;
    }
    return 0;
}
