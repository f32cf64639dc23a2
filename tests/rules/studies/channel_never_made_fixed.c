/* Rule    studies.channel_never_made  [Tu19]
 * Expect  none
 * Why     it was made, and closed.
 * Twin    channel_never_made_buggy.c
 */
#include "raddle.h"

static rdl_chan *news;

static void listen(void *channel) {
    rdl_recv(channel, NULL);
}

int main(void) {
    news = rdl_chan_make(0, 0), rdl_close(news);
    rdl_go(listen, news);
    return 0;
}
