/* Rule    openmp.nested  [HB-OMP-01]
 * Expect  race x
 * Why     the threads of the outer one are not ordered.
 * Twin    nested_ordered.c
 */
#include <omp.h>

int x[2][2], seen[2];

int main(void) {
    omp_set_max_active_levels(2);
#pragma omp parallel num_threads(2)
    {
        int outer = omp_get_thread_num();
#pragma omp parallel num_threads(2)
        x[outer][omp_get_thread_num()] = 1;
        seen[outer] = x[0][0] + x[1][1];
    }
    return 0;
}
