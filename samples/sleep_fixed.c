/* A result handed over by a channel: what the goroutine wrote before it closed the channel is there
 * for main after the receive, however long it took. sleep_racy.c hopes instead.
 *
 *   raddle-cc sleep_fixed.c -o sleep_fixed && run-with-detector ./sleep_fixed
 *
 * Output:
 *   result: 42
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

static int result;

static void compute(void *done) {
    result = 6 * 7;
    rdl_close(done);
}

int main(void) {
    rdl_chan *done = rdl_chan_make(0, 0);
    rdl_go(compute, done);

    rdl_recv(done, NULL);
    printf("result: %d\n", result);

    rdl_chan_free(done);
    return result == 42 ? 0 : 1;
}
