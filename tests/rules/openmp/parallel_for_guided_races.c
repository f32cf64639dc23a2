/* Rule    openmp.parallel_for_guided  [HB-OMP-01]
 * Expect  race x
 * Why     all iterations touch the same.
 * Twin    parallel_for_guided_ordered.c
 */
#include <omp.h>

int x[64], sum;

int main(void) {
#pragma omp parallel for num_threads(4) schedule(static, 1)
    for (int i = 0; i < 64; i++) {
        x[0] += i;
    }
    for (int i = 0; i < 64; i++) {
        sum += x[i];
    }
    return 0;
}
