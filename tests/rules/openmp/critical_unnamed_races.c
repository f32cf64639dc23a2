/* Rule    openmp.critical_unnamed  [HB-OMP-03]
 * Expect  race x
 * Why     one of them has a name.
 * Twin    critical_unnamed_ordered.c
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
#pragma omp critical(named)
            x++;
        }
    }
    return 0;
}
