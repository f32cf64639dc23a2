/* Rule    openmp.critical_and_lock  [D8]
 * Expect  deadlock
 * Why     who is in the section waits for the lock, whose holder waits to get in.
 * Twin    critical_and_lock_free.c
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
            if (omp_set_lock(&lock), 1) {
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
