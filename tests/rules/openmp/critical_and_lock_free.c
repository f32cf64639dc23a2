/* Rule    openmp.critical_and_lock  [D8]
 * Expect  none
 * Why     who is in the section only tries.
 * Twin    critical_and_lock_stuck.c
 */
#include "../invisible.h"

#include <omp.h>

omp_lock_t lock;

int main(void) {
    omp_init_lock(&lock);
#pragma omp parallel num_threads(2)
    if (omp_get_thread_num() == 0) {
#pragma omp critical(one)
        {
            mark(0);
            await(1);
            if (omp_test_lock(&lock) != 0) {
                omp_unset_lock(&lock);
            }
        }
    } else {
        omp_set_lock(&lock);
        mark(1);
        await(0);
#pragma omp critical(one)
        mark(2);
        omp_unset_lock(&lock);
    }
    return 0;
}
