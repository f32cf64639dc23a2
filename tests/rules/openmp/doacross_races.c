/* Rule    openmp.doacross  [HB-OMP-05]
 * Expect  race x
 * Why     it names none.
 * Twin    doacross_ordered.c
 */
#include <omp.h>

int x[9];

int main(void) {
#pragma omp parallel for ordered(1) num_threads(2) schedule(static, 1)
    for (int i = 1; i < 9; i++) {
        x[i] = x[i - 1] + 1;
#pragma omp ordered depend(source)
    }
    return 0;
}
