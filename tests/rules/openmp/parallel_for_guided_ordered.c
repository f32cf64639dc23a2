/* Rule    openmp.parallel_for_guided  [HB-OMP-01]
 * Expect  none
 * Why     iterations that touch memory of their own; the loop's end is the region's.
 * Twin    parallel_for_guided_races.c
 */
#include <omp.h>

int x[64], sum;

int main(void) {
#pragma omp parallel for num_threads(4) schedule(static, 1)
    for (int i = 0; i < 64; i++) {
        x[i] += i;
    }
    for (int i = 0; i < 64; i++) {
        sum += x[i];
    }
    return 0;
}
