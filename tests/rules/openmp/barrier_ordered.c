/* Rule    openmp.barrier  [HB-OMP-02]
 * Expect  none
 * Why     every arrival at a barrier happens before every departure.
 * Twin    barrier_races.c
 */
#include <omp.h>

int x[2], seen[2];

int main(void) {
#pragma omp parallel num_threads(2)
    for (int i = 0; i < 3; i++) {
        int me = omp_get_thread_num();
        x[me] = i;
#pragma omp barrier
        seen[me] += x[1 - me];
#pragma omp barrier
    }
    return 0;
}
