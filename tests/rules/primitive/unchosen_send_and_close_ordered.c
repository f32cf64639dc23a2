/* Rule    primitive.unchosen-send-and-close  [RP-02, LT-17]
 * Expect  none
 * Why     A tells main when it has selected.
 * Twin    unchosen_send_and_close_races.c
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
    rdl_recv(told, NULL);
    rdl_close(c);
    return 0;
}
