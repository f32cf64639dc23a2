/* A counter that two goroutines share, guarded by a mutex: one counts, the other waits.
 * counter_racy.c is the same without.
 *
 *   raddle-cc counter_mutex.c -o counter_mutex && run-with-detector ./counter_mutex
 *
 * Output:
 *   counted to 2000 of 2000
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

static rdl_mutex lock;
static int counter; /* guarded by lock */

static void count(void *unused) {
    (void)unused;
    for (int i = 0; i < 1000; i++) {
        rdl_mutex_lock(&lock);
        counter++;
        rdl_mutex_unlock(&lock);
    }
}

int main(void) {
    rdl_waitgroup both = {0};
    rdl_waitgroup_go(&both, count, NULL);
    rdl_waitgroup_go(&both, count, NULL);
    rdl_waitgroup_wait(&both);

    printf("counted to %d of 2000\n", counter);
    return counter == 2000 ? 0 : 1;
}
