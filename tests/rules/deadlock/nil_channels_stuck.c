/* Rule    deadlock.nil_channels  [D8, SE-05]
 * Expect  deadlock
 * Says    goroutine 2 waits
 * Why     nobody can serve channels that were never made, whatever main does.
 * Twin    nil_channels_free.c
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
    rdl_go(listen, NULL);
    await_over_or_parked(1, 0, "[select");
}
