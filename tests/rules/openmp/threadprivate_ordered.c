/* Rule    openmp.threadprivate  [HB-OMP-01]
 * Expect  none
 * Why     each thread has its own.
 * Twin    threadprivate_races.c
 */
#include <omp.h>

int x;
#pragma omp threadprivate(x)

int main(void) {
#pragma omp parallel num_threads(2)
    x += omp_get_thread_num();
    return 0;
}
