/* Rule    openmp.atomic  [HB-OMP-03]
 * Expect  none
 * Why     atomic updates do not race with each other.
 * Twin    atomic_races.c
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
#pragma omp atomic
            x++;
        }
    }
    return 0;
}
