/* Rule    deadlock.function_ahead  [D8]
 * Expect  none
 * Why     the function that a timer will call closes the channel.
 * Twin    function_ahead_stuck.c
 */
#include "raddle.h"

static void done(void *channel) {
    if (channel != NULL) {
        rdl_close(channel);
    }
}

int main(void) {
    rdl_chan *channel = rdl_chan_make(0, 0);
    rdl_timer *timer = rdl_after_func(700 * RDL_MILLISECOND, done, channel);
    rdl_recv(channel, NULL);
    rdl_timer_free(timer);
    rdl_chan_free(channel);
}
