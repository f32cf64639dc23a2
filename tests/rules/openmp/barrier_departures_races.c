/* Rule    openmp.barrier_departures  [HB-OMP-02]
 * Expect  race x
 * Why     a departure from a barrier happens before no other departure.
 * Twin    barrier_departures_ordered.c
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
        if (me == 1) {
            seen = x;
        }
    }
    return 0;
}
