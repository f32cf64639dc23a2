/* Rule    studies.send_under_lock  [Tu19]
 * Expect  deadlock
 * Why     the sender holds the lock that the receiver takes before it receives.
 * Twin    send_under_lock_fixed.c
 */
#include "raddle.h"

static rdl_mutex m;
static rdl_chan *results;

static void produce(void *started) {
    rdl_mutex_lock(&m);
    rdl_close(started);
    rdl_send(results, NULL);
    rdl_mutex_unlock(&m);
}

int main(void) {
    rdl_chan *started = rdl_chan_make(0, 0);
    results = rdl_chan_make(0, 0);
    rdl_go(produce, started);
    rdl_recv(started, NULL);
    rdl_mutex_lock(&m);
    rdl_mutex_unlock(&m);
    rdl_recv(results, NULL);
    return 0;
}
