/* Rule    select.other-cases  [HB-SE-01]
 * Expect  race x
 * Why     a case that is not chosen orders nothing, even if it was ready.
 * Twin    other_cases_ordered.c
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
    rdl_case cases[] = {RDL_CASE_SEND(c, (int[]){1}), RDL_CASE_SEND(d, (int[]){1})};
    rdl_select(cases, 2);
    x = 2;
    return 0;
}
