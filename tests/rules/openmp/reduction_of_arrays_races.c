/* Rule    openmp.reduction_of_arrays  [HB-OMP-04]
 * Expect  race sum
 * Why     there is one array.
 * Twin    reduction_of_arrays_ordered.c
 */
#include <omp.h>

int main(void) {
    static int sum[8];
#pragma omp parallel for num_threads(4) schedule(static, 1)
    for (int i = 0; i < 64; i++) {
        sum[i % 3] += i;
    }
    return sum[0] == 0;
}
