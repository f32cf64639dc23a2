/* Do not communicate by sharing memory; share memory by communicating. The counter belongs to main
 * alone; the others tell it what to add. counter_racy.c is the version that shares.
 *
 *   raddle-cc counter_channel.c -o counter_channel && run-with-detector ./counter_channel
 *
 * Output:
 *   counted to 2000 of 2000
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

static void count(void *ticks) {
    for (int i = 0; i < 1000; i++) {
        RDL_SEND_VALUE(ticks, 1);
    }
}

int main(void) {
    rdl_chan *ticks = RDL_CHAN(int, 0);
    rdl_waitgroup both = {0};
    rdl_waitgroup_go(&both, count, ticks);
    rdl_waitgroup_go(&both, count, ticks);

    int counter = 0;
    for (int i = 0; i < 2000; i++) {
        counter += RDL_RECV_VALUE(ticks, int);
    }
    rdl_waitgroup_wait(&both);
    printf("counted to %d of 2000\n", counter);
    rdl_chan_free(ticks);
    return counter == 2000 ? 0 : 1;
}
