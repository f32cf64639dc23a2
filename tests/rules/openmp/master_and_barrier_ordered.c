/* Rule    openmp.master_and_barrier  [HB-OMP-02]
 * Expect  none
 * Why     the barrier after a master block orders it.
 * Twin    master_and_barrier_races.c
 */
#include <omp.h>

int x, seen[2];

int main(void) {
#pragma omp parallel num_threads(2)
    {
#pragma omp master
        x = 1;
#pragma omp barrier
        seen[omp_get_thread_num()] = x;
    }
    return 0;
}
