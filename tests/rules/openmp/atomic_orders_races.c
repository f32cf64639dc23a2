/* Rule    openmp.atomic_orders  [HB-OMP-03]
 * Expect  race x
 * Why     relaxed operations order nothing.
 * Twin    atomic_orders_ordered.c
 */
#include <omp.h>

int x, flag, seen;

int main(void) {
#pragma omp parallel num_threads(2)
    {
        if (omp_get_thread_num() == 0) {
            x = 1;
#pragma omp atomic write relaxed
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
