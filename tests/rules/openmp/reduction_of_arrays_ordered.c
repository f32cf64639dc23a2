/* Rule    openmp.reduction_of_arrays  [HB-OMP-04]
 * Expect  none
 * Why     each thread has arrays of its own, which are added when it is done.
 * Twin    reduction_of_arrays_races.c
 */
#include <omp.h>

int main(void) {
    static int sum[8];
#pragma omp parallel for num_threads(4) schedule(static, 1) reduction(+ : sum)
    for (int i = 0; i < 64; i++) {
        sum[i % 3] += i;
    }
    return sum[0] == 0;
}
