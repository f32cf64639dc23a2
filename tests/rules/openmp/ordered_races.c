/* Rule    openmp.ordered  [HB-OMP-05]
 * Expect  race x
 * Why     blocks that are not ordered run in none.
 * Twin    ordered_ordered.c
 */
#include <omp.h>

int x;

int main(void) {
#pragma omp parallel for ordered num_threads(2) schedule(static, 1)
    for (int i = 0; i < 8; i++) {
        x += i;
    }
    return 0;
}
