/* Rule    primitive.unchosen-send-and-close  [RP-02, LT-17]
 * Expect  race channel
 * Why     the send case that was not chosen could have been: the order of the cases is random.
 * Twin    unchosen_send_and_close_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_chan *c, *d, *told;

static void a(void *unused) {
    int n = 1;
    rdl_case cases[] = {RDL_CASE_SEND(c, &n), RDL_CASE_SEND(d, &n)};
    rdl_select(cases, 2);
    mark(1);
    rdl_close(told);
}

int main(void) {
    c = RDL_CHAN(int, 0); /* nobody receives: d is chosen */
    d = RDL_CHAN(int, 1);
    told = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    await(1);
    rdl_close(c);
    return 0;
}
