/* Rule    deadlock.nobody_has_the_channel  [D8]
 * Expect  none
 * Why     main has it, and sends in the end.
 * Twin    nobody_has_the_channel_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../told.h"

rdl_chan *kept;

static void receive(void *ch) {
    mark(0);
    rdl_recv(ch, NULL);
    mark(1);
}

APART static rdl_chan *start(void) {
    rdl_chan *ch = rdl_chan_make(0, 0);
    rdl_go(receive, ch);
    return ch;
}

int main(void) {
    kept = start();
    await_times(0, 1);
    UNTOLD;
    if (kept != NULL) {
        rdl_send(kept, NULL);
        await(1);
    }
    return 0;
}
