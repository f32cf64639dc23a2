/* Closing is for the sender, who alone knows that nothing more will come. The receiver says
 * "enough" on a channel of its own, where it is the sender. send_on_closed_panic.c closes the wrong
 * one.
 *
 *   raddle-cc send_on_closed_fixed.c -o send_on_closed_fixed
 *   run-with-detector ./send_on_closed_fixed
 *
 * Output:
 *   got 1
 * Expect: clean
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
        rdl_send(values, &value);
    }
    rdl_close(values);
}

int main(void) {
    values = RDL_CHAN(int, 0);
    more = rdl_chan_make(0, 0);
    rdl_waitgroup producer = {0};
    rdl_waitgroup_go(&producer, produce, NULL);

    printf("got %d\n", RDL_RECV_VALUE(values, int));
    rdl_close(more); /* "enough" */
    bool open = rdl_recv(values, NULL);
    rdl_waitgroup_wait(&producer);
    rdl_chan_free(values);
    rdl_chan_free(more);
    return open ? 1 : 0;
}
