/* Rule    openmp.master_and_barrier  [HB-OMP-02]
 * Expect  race x
 * Why     a master block by itself orders nothing.
 * Twin    master_and_barrier_ordered.c
 */
#include <omp.h>

int x, seen[2];

int main(void) {
#pragma omp parallel num_threads(2)
    {
#pragma omp master
        x = 1;
        seen[omp_get_thread_num()] = x;
    }
    return 0;
}
