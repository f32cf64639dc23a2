/* Rule    openmp.threadprivate  [HB-OMP-01]
 * Expect  race x
 * Why     there is one.
 * Twin    threadprivate_ordered.c
 */
#include <omp.h>

int x;

int main(void) {
#pragma omp parallel num_threads(2)
    x += omp_get_thread_num();
    return 0;
}
