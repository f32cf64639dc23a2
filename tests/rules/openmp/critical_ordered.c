/* Rule    openmp.critical  [HB-OMP-03]
 * Expect  none
 * Why     the end of a critical section happens before the next one begins.
 * Twin    critical_races.c
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
#pragma omp critical(one)
            x++;
        }
    }
    return 0;
}
