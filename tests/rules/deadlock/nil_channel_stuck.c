/* Rule    deadlock.nil_channel  [D8, CH-02]
 * Expect  deadlock
 * Says    goroutine 2 waits
 * Why     nobody can serve a channel that was never made, whatever main does.
 * Twin    nil_channel_free.c
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
    rdl_go(listen, NULL);
    await_over_or_parked(1, 0, "chan receive (nil chan)");
}
