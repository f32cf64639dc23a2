/* Rule    openmp.lock  [HB-OMP-03]
 * Expect  race x
 * Why     two locks.
 * Twin    lock_ordered.c
 */
#include <omp.h>

int x;
omp_lock_t locks[2];

int main(void) {
    omp_init_lock(&locks[0]);
    omp_init_lock(&locks[1]);
#pragma omp parallel num_threads(2)
    {
        omp_lock_t *lock = &locks[omp_get_thread_num()];
        omp_set_lock(lock);
        x++;
        omp_unset_lock(lock);
    }
    omp_destroy_lock(&locks[0]);
    omp_destroy_lock(&locks[1]);
    return 0;
}
