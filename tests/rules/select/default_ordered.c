/* Rule    select.default  [HB-SE-02, HB-CH-03]
 * Expect  none
 * Why     the receive case is ready because the channel is closed: it is chosen, with its edge.
 * Twin    default_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c, *d;

static void a(void *unused) {
    x = 1;
    rdl_close(c);
    mark(1);
}

int main(void) {
    c = RDL_CHAN(int, 0);
    d = RDL_CHAN(int, 0);
    rdl_go(a, NULL);
    await(1);
    rdl_case cases[] = {RDL_CASE_RECV(c, NULL), RDL_CASE_DEFAULT};
    rdl_select(cases, 2);
    x = 2;
    return 0;
}
