/* Rule    openmp.nested  [HB-OMP-01]
 * Expect  none
 * Why     a region inside a region orders for its own team.
 * Twin    nested_races.c
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
        seen[outer] = x[outer][0] + x[outer][1];
    }
    return 0;
}
