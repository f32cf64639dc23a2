/* Rule    openmp.atomic  [HB-OMP-03]
 * Expect  race x
 * Why     a plain update does.
 * Twin    atomic_ordered.c
 */
#include <omp.h>

int x;

int main(void) {
#pragma omp parallel num_threads(2)
    {
        if (omp_get_thread_num() == 0) {
#pragma omp atomic
            x++;
        } else {
            x++;
        }
    }
    return 0;
}
