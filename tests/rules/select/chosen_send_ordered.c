/* Rule    select.chosen-send  [HB-SE-01, HB-CH-02]
 * Expect  none
 * Why     a send chosen by select is a send: unbuffered, the receive happens before it completes.
 * Twin    chosen_send_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c, *never;

static void a(void *unused) {
    x = 1;
    rdl_recv(c, NULL);
    mark(1);
}

int main(void) {
    int n = 1;
    c = RDL_CHAN(int, 0);
    never = RDL_CHAN(int, 0);
    rdl_go(a, NULL);
    rdl_case cases[] = {RDL_CASE_SEND(c, &n), RDL_CASE_RECV(never, &n)};
    rdl_select(cases, 2);
    x = 2;
    await(1);
    return 0;
}
