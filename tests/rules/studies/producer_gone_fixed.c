/* Rule    studies.producer_gone  [Tu19]
 * Expect  none
 * Why     as many are awaited as are sent.
 * Twin    producer_gone_buggy.c
 */
#include "raddle.h"

static void produce(void *values) {
    for (int i = 0; i < 2; i++) {
        rdl_send(values, NULL);
    }
}

int main(void) {
    rdl_chan *values = rdl_chan_make(0, 1);
    rdl_go(produce, values);
    for (int i = 0; i < 2; i++) {
        rdl_recv(values, NULL);
    }
    return 0;
}
