/* Rule    openmp.lock_tried  [HB-OMP-03]
 * Expect  race x
 * Why     a test that fails orders nothing.
 * Twin    lock_tried_ordered.c
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
            mark(0);
            await(1);
            omp_unset_lock(&lock);
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
