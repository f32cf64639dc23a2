/* Rule    deadlock.nil_channel  [D8, CH-02]
 * Expect  none
 * Why     the channel was made, and closed.
 * Twin    nil_channel_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

static rdl_chan *news;

static void listen(void *unused) {
    rdl_recv(news, NULL);
    mark(0);
}

int main(void) {
    rdl_close(news = rdl_chan_make(0, 0));
    rdl_go(listen, NULL);
    await_over_or_parked(1, 0, "chan receive (nil chan)");
}
