/* Rule    select.chosen-receive  [HB-SE-01]
 * Expect  race x
 * Why     A writes after its send.
 * Twin    chosen_receive_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c, *never;

static void a(void *unused) {
    rdl_send(c, NULL);
    x = 1;
    mark(1);
}

int main(void) {
    c = rdl_chan_make(0, 0);
    never = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    rdl_case cases[] = {RDL_CASE_RECV(never, NULL), RDL_CASE_RECV(c, NULL)};
    rdl_select(cases, 2);
    x = 2;
    await(1);
    return 0;
}
