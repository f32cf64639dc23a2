/* Rule    openmp.parallel_end  [HB-OMP-01]
 * Expect  race x
 * Why     the read is a part of the region.
 * Twin    parallel_end_ordered.c
 */
#include <omp.h>

int x, seen;

int main(void) {
#pragma omp parallel num_threads(2)
    {
        if (omp_get_thread_num() == 1) {
            x = 1;
        } else {
            seen = x;
        }
    }
    return 0;
}
