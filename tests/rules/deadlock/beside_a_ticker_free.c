/* Rule    deadlock.beside_a_ticker  [D8]
 * Expect  none
 * Why     who counts the ticks is done with the group after fifty.
 * Twin    beside_a_ticker_stuck.c
 */
#include "raddle.h"

static void count(void *group) {
    rdl_ticker *ticker = rdl_ticker_new(20 * RDL_MILLISECOND);
    for (int i = 0; i < 50 || group == NULL; i++) {
        rdl_recv(rdl_ticker_chan(ticker), NULL);
    }
    rdl_ticker_free(ticker);
    rdl_waitgroup_done(group);
}

int main(void) {
    rdl_waitgroup group = {0};
    rdl_waitgroup_add(&group, 1);
    rdl_go(count, &group);
    rdl_waitgroup_wait(&group);
}
