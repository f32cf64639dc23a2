/* Rule    openmp.locks_crosswise  [D8]
 * Expect  none
 * Why     each only tries.
 * Twin    locks_crosswise_stuck.c
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
        if (omp_test_lock(other) != 0) {
            omp_unset_lock(other);
        }
        omp_unset_lock(mine);
    }
    return 0;
}
