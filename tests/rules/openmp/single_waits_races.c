/* Rule    openmp.single_waits  [HB-OMP-02]
 * Expect  race x
 * Why     nowait: it ends with none.
 * Twin    single_waits_ordered.c
 */
#include <omp.h>

int x, seen[2];

int main(void) {
#pragma omp parallel num_threads(2)
    {
#pragma omp single nowait
        x = 1;
        seen[omp_get_thread_num()] = x;
    }
    return 0;
}
