/* Rule    leak.select_with_timeout  [D10]
 * Expect  leak select main
 * Says    blocked at exit in select
 * Why     none of its cases will ever be ready.
 * Twin    select_with_timeout_gone.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_chan *kept; /* main could still use it */

static void task(void *unused) {
    rdl_case never[] = {RDL_CASE_RECV(kept, NULL), RDL_CASE_RECV(NULL, NULL)};
    rdl_select(never, 2);
    mark(1);
}

int main(void) {
    kept = rdl_chan_make(0, 0);
    rdl_go(task, NULL);
    await_over_or_parked(1, 1, "select");
}
