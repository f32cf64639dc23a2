/* Ping. An unbuffered channel hands a value from one goroutine to another, and both have met when
 * it is handed over: no lock, no flag.
 *
 *   raddle-cc ping.c -o ping && run-with-detector ./ping
 *
 * Output:
 *   ping 1
 *   ping 2
 *   ping 3
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

static void send_three(void *arg) {
    rdl_chan *pings = arg;
    for (int i = 1; i <= 3; i++) {
        rdl_send(pings, &i); /* waits until main takes it */
    }
    rdl_close(pings);
}

int main(void) {
    rdl_chan *pings = RDL_CHAN(int, 0);
    rdl_go(send_three, pings);

    int ping;
    int sum = 0;
    RDL_RANGE(pings, ping) { /* until the channel is closed */
        printf("ping %d\n", ping);
        sum += ping;
    }
    rdl_chan_free(pings);
    return sum == 6 ? 0 : 1;
}
