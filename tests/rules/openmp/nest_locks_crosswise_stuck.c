/* Rule    openmp.nest_locks_crosswise  [D8]
 * Expect  deadlock
 * Why     each has taken its lock twice, and let go of it once.
 * Twin    nest_locks_crosswise_free.c
 */
#include "../invisible.h"

#include <omp.h>

omp_nest_lock_t a, b;

int main(void) {
    omp_init_nest_lock(&a);
    omp_init_nest_lock(&b);
#pragma omp parallel num_threads(2)
    {
        omp_nest_lock_t *mine = omp_get_thread_num() == 0 ? &a : &b;
        omp_nest_lock_t *other = omp_get_thread_num() == 0 ? &b : &a;
        omp_set_nest_lock(mine);
        omp_set_nest_lock(mine);
        mark(0);
        await_times(0, 2);
        omp_unset_nest_lock(mine);
        omp_set_nest_lock(other);
        omp_unset_nest_lock(other);
    }
    return 0;
}
