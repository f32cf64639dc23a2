/* Rule    studies.error_path_forgets_close  [Tu19]
 * Expect  deadlock
 * Why     the producer that met an error has gone without closing.
 * Twin    error_path_forgets_close_fixed.c
 */
#include "raddle.h"

static void produce(void *rows) {
    for (int i = 0; i < 4; i++) {
        if (i == 2) {
            return;
        }
        rdl_send(rows, &i);
    }
    rdl_close(rows);
}

int main(void) {
    int row, n = 0;
    rdl_chan *rows = RDL_CHAN(int, 0);
    rdl_go(produce, rows);
    RDL_RANGE(rows, row) {
        n++;
    }
    return n != 2;
}
