/* Rule    select.other-cases  [HB-SE-01]
 * Expect  none
 * Why     main chooses the channel that A used.
 * Twin    other_cases_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c, *d;

static void a(void *unused) {
    x = 1;
    rdl_send(c, (int[]){1});
    mark(1);
}

int main(void) {
    c = RDL_CHAN(int, 1);
    d = RDL_CHAN(int, 1);
    rdl_go(a, NULL);
    await(1);
    rdl_case cases[] = {RDL_CASE_RECV(c, NULL), RDL_CASE_RECV(d, NULL)};
    rdl_select(cases, 2);
    x = 2;
    return 0;
}
