/* A result "synchronised" by sleep. The goroutine is done long before main looks, on this machine,
 * today. But time orders nothing: a sleep can be too short, and no compiler or processor has to
 * show main a write that nothing hands over. sleep_fixed.c waits for the goroutine instead.
 *
 *   raddle-cc sleep_racy.c -o sleep_racy && run-with-detector ./sleep_racy
 *
 * Output (varies):
 *   result: 42
 * Expect: data-race result
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

    rdl_sleep(10 * RDL_MILLISECOND); /* "by now it must have finished" */
    printf("result: %d\n", result);

    rdl_recv(done, NULL); /* the wait that should have come first */
    rdl_chan_free(done);
    return 0;
}
