/* Rule    openmp.barrier_departures  [HB-OMP-02]
 * Expect  none
 * Why     a departure happens before the arrival at the next barrier.
 * Twin    barrier_departures_races.c
 */
#include <omp.h>

int x, seen;

int main(void) {
#pragma omp parallel num_threads(2)
    {
        int me = omp_get_thread_num();
#pragma omp barrier
        if (me == 0) {
            x = 1;
        }
#pragma omp barrier
        if (me == 1) {
            seen = x;
        }
    }
    return 0;
}
