/* Rule    openmp.lock_set_twice  [D8]
 * Expect  none
 * Why     the lock is let go in between.
 * Twin    lock_set_twice_stuck.c
 */
#include <omp.h>

omp_lock_t lock;

int main(void) {
    omp_init_lock(&lock);
    omp_set_lock(&lock);
    omp_unset_lock(&lock);
    omp_set_lock(&lock);
    omp_unset_lock(&lock);
    omp_destroy_lock(&lock);
    return 0;
}
