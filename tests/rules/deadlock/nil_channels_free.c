/* Rule    deadlock.nil_channels  [D8, SE-05]
 * Expect  none
 * Why     one of the channels was made, and closed.
 * Twin    nil_channels_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

static rdl_chan *news, *quit;

static void listen(void *unused) {
    rdl_select((rdl_case[]){RDL_CASE_RECV(news, NULL), RDL_CASE_RECV(quit, NULL)}, 2);
    mark(0);
}

int main(void) {
    rdl_close(news = rdl_chan_make(0, 0));
    rdl_go(listen, NULL);
    await_over_or_parked(1, 0, "[select");
}
