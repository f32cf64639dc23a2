/* Rule    openmp.ordered  [HB-OMP-05]
 * Expect  none
 * Why     the ordered blocks of a loop run in the order of its iterations.
 * Twin    ordered_races.c
 */
#include <omp.h>

int x;

int main(void) {
#pragma omp parallel for ordered num_threads(2) schedule(static, 1)
    for (int i = 0; i < 8; i++) {
#pragma omp ordered
        x += i;
    }
    return 0;
}
