/* Rule    openmp.reduction  [HB-OMP-04]
 * Expect  none
 * Why     each thread has its own sum, and the runtime adds them up.
 * Twin    reduction_races.c
 */
#include <omp.h>

int main(void) {
    static int sum;
    for (int round = 0; round < 10; round++) {
#pragma omp parallel for num_threads(4) schedule(static, 1) reduction(+ : sum)
        for (int i = 0; i < 64; i++) {
            sum += i;
        }
    }
    return sum == 0;
}
