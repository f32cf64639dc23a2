/* Rule    studies.consumer_gone  [Tu19]
 * Expect  leak main
 * Why     the consumer has seen enough, and the producer sends on.
 * Twin    consumer_gone_fixed.c
 */
#include "raddle.h"

static rdl_chan *rows;

static void produce(void *unused) {
    for (int i = 0; i < 4; i++) {
        rdl_send(rows, &i);
    }
    rdl_close(rows);
}

int main(void) {
    int row;
    rows = RDL_CHAN(int, 1);
    rdl_go(produce, NULL);
    RDL_RANGE(rows, row) {
        break;
    }
    return 0;
}
