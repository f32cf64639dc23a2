/* Rule    openmp.atomic_orders  [HB-OMP-03]
 * Expect  none
 * Why     a release that an acquire reads: what is before it happens before what is after.
 * Twin    atomic_orders_races.c
 */
#include <omp.h>

int x, flag, seen;

int main(void) {
#pragma omp parallel num_threads(2)
    {
        if (omp_get_thread_num() == 0) {
            x = 1;
#pragma omp atomic write release
            flag = 1;
        } else {
            int now = 0;
            while (now == 0) {
#pragma omp atomic read acquire
                now = flag;
            }
            seen = x;
        }
    }
    return 0;
}
