/* Rule    openmp.parallel_begin  [HB-OMP-01]
 * Expect  none
 * Why     what comes before a parallel region happens before each thread's part.
 * Twin    parallel_begin_races.c
 */
#include <omp.h>

int x, seen[2];

int main(void) {
    x = 1;
#pragma omp parallel num_threads(2)
    {
        int me = omp_get_thread_num();
        seen[me] = x;
    }
    return 0;
}
