/* Rule    openmp.locks_crosswise  [D8]
 * Expect  deadlock
 * Why     each waits for the lock that the other has.
 * Twin    locks_crosswise_free.c
 */
#include "../invisible.h"

#include <omp.h>

omp_lock_t a, b;

int main(void) {
    omp_init_lock(&a);
    omp_init_lock(&b);
#pragma omp parallel num_threads(2)
    {
        omp_lock_t *mine = omp_get_thread_num() == 0 ? &a : &b;
        omp_lock_t *other = omp_get_thread_num() == 0 ? &b : &a;
        omp_set_lock(mine);
        mark(0);
        await_times(0, 2);
        if (omp_set_lock(other), 1) {
            omp_unset_lock(other);
        }
        omp_unset_lock(mine);
    }
    return 0;
}
