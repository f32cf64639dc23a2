/* Rule    leak.select_with_timeout  [D10]
 * Expect  none
 * Listed  1 goroutine waiting, but not for ever, at exit in select
 * Why     time will end it: it is listed, and does not fail.
 * Twin    select_with_timeout_left.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

rdl_chan *kept; /* main could still use it */

static void task(void *unused) {
    rdl_case never[] = {RDL_CASE_RECV(kept, NULL), RDL_CASE_TIMEOUT(1000 * RDL_SECOND)};
    rdl_select(never, 2);
    mark(1);
}

int main(void) {
    kept = rdl_chan_make(0, 0);
    rdl_go(task, NULL);
    await_over_or_parked(1, 1, "select");
}
