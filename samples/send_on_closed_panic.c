/* Closing is for the sender. Here the receiver closes the channel to say "enough", and the sender,
 * which comes back with one more, panics: the program prints who sent what where and ends with
 * status 2. send_on_closed_fixed.c lets the sender close.
 *
 *   raddle-cc send_on_closed_panic.c -o send_on_closed_panic
 *   run-with-detector ./send_on_closed_panic
 *
 * Output:
 *   got 1
 * Error:
 *   panic: send on closed channel
 * Expect: panic
 */
#include "raddle.h"

#include <stdio.h>

static rdl_chan *values, *more;

static void produce(void *unused) {
    (void)unused;
    int value = 1;
    rdl_send(values, &value);
    while (rdl_recv(more, NULL)) { /* false when closed */
        value++;
        rdl_send(values, &value); /* panic: send on closed channel */
    }
    rdl_close(values);
}

int main(void) {
    values = RDL_CHAN(int, 0);
    more = rdl_chan_make(0, 0);
    rdl_waitgroup producer = {0};
    rdl_waitgroup_go(&producer, produce, NULL);

    printf("got %d\n", RDL_RECV_VALUE(values, int));
    fflush(stdout);
    rdl_close(values); /* "enough", but it is the wrong one to say it */
    rdl_send(more, NULL);
    bool open = rdl_recv(values, NULL);
    rdl_waitgroup_wait(&producer);
    rdl_chan_free(values);
    rdl_chan_free(more);
    return open ? 1 : 0;
}
