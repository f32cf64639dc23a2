/* Rule    studies.consumer_gone  [Tu19]
 * Expect  none
 * Why     the consumer takes what is left.
 * Twin    consumer_gone_buggy.c
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
        continue;
    }
    return 0;
}
