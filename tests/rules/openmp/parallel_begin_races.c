/* Rule    openmp.parallel_begin  [HB-OMP-01]
 * Expect  race x
 * Why     the write is a part of the region.
 * Twin    parallel_begin_ordered.c
 */
#include <omp.h>

int x, seen[2];

int main(void) {
#pragma omp parallel num_threads(2)
    {
        int me = omp_get_thread_num();
        x = me;
        seen[me] = x;
    }
    return 0;
}
