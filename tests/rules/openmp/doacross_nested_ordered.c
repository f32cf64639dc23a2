/* Rule    openmp.doacross_nested  [HB-OMP-05]
 * Expect  none
 * Why     the iterations that wait for each other are those of the inner region, whose threads are its own.
 * Twin    doacross_nested_races.c
 */
#include <omp.h>

int x[2][9];

int main(void) {
    omp_set_max_active_levels(2);
#pragma omp parallel num_threads(2)
    {
        int *mine = x[omp_get_thread_num()];
#pragma omp parallel for ordered(1) num_threads(2) schedule(static, 1)
        for (int i = 1; i < 9; i++) {
#pragma omp ordered depend(sink : i - 1)
            mine[i] = mine[i - 1] + 1;
#pragma omp ordered depend(source)
        }
    }
    return 0;
}
