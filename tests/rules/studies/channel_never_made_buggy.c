/* Rule    studies.channel_never_made  [Tu19]
 * Expect  deadlock receive
 * Why     the channel is nil, for it was never made.
 * Twin    channel_never_made_fixed.c
 */
#include "raddle.h"

static rdl_chan *news;

static void listen(void *channel) {
    rdl_recv(channel, NULL);
}

int main(void) {
    rdl_go(listen, news);
    return 0;
}
