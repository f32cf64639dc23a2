/* Rule    openmp.critical_unnamed  [HB-OMP-03]
 * Expect  none
 * Why     all critical sections without a name are one.
 * Twin    critical_unnamed_races.c
 */
#include <omp.h>

int x;

int main(void) {
#pragma omp parallel num_threads(2)
    {
        if (omp_get_thread_num() == 0) {
#pragma omp critical
            x++;
        } else {
#pragma omp critical
            x++;
        }
    }
    return 0;
}
