/* counter++ is three steps: read, add, write. Two goroutines that count at the same time overwrite
 * each other's work. counter_mutex.c and counter_channel.c are two ways out.
 *
 *   raddle-cc counter_racy.c -o counter_racy && run-with-detector ./counter_racy
 *
 * Output (varies):
 *   counted to 2000 of 2000
 * Expect: data-race counter
 */
#include "raddle.h"

#include <stdio.h>

static int counter;

static void count(void *unused) {
    (void)unused;
    for (int i = 0; i < 1000; i++) {
        counter++;
    }
}

int main(void) {
    rdl_waitgroup both = {0};
    rdl_waitgroup_go(&both, count, NULL);
    rdl_waitgroup_go(&both, count, NULL);
    rdl_waitgroup_wait(&both);

    printf("counted to %d of 2000\n", counter);
    return 0;
}
