/* Rule    openmp.critical  [HB-OMP-03]
 * Expect  race x
 * Why     two names are two locks.
 * Twin    critical_ordered.c
 */
#include <omp.h>

int x;

int main(void) {
#pragma omp parallel num_threads(2)
    {
        if (omp_get_thread_num() == 0) {
#pragma omp critical(one)
            x++;
        } else {
#pragma omp critical(two)
            x++;
        }
    }
    return 0;
}
