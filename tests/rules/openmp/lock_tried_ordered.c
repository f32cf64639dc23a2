/* Rule    openmp.lock_tried  [HB-OMP-03]
 * Expect  none
 * Why     a test that takes the lock is a set.
 * Twin    lock_tried_races.c
 */
#include "../invisible.h"

#include <omp.h>

int x;
omp_lock_t lock;

int main(void) {
    omp_init_lock(&lock);
#pragma omp parallel num_threads(2)
    {
        if (omp_get_thread_num() == 0) {
            omp_set_lock(&lock);
            x++;
            omp_unset_lock(&lock);
            mark(0);
            await(1);
        } else {
            await(0);
            int taken = omp_test_lock(&lock);
            x++;
            mark(1);
            if (taken) {
                omp_unset_lock(&lock);
            }
        }
    }
    omp_destroy_lock(&lock);
    return 0;
}
