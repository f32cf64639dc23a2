/* Rule    openmp.nest_locks_crosswise  [D8]
 * Expect  none
 * Why     each lets go of its lock as often as it has taken it, before it takes the other.
 * Twin    nest_locks_crosswise_stuck.c
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
        omp_unset_nest_lock(mine);
        omp_set_nest_lock(other);
        omp_unset_nest_lock(other);
    }
    return 0;
}
