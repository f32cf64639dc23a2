/* Rule    openmp.doacross  [HB-OMP-05]
 * Expect  none
 * Why     an iteration waits for the one that it names, which has said that it is done.
 * Twin    doacross_races.c
 */
#include <omp.h>

int x[9];

int main(void) {
#pragma omp parallel for ordered(1) num_threads(2) schedule(static, 1)
    for (int i = 1; i < 9; i++) {
#pragma omp ordered depend(sink : i - 1)
        x[i] = x[i - 1] + 1;
#pragma omp ordered depend(source)
    }
    return 0;
}
