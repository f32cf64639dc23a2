/* Rule    deadlock.holder_receives_from_nobody  [D8]
 * Expect  deadlock
 * Why     who holds the mutex receives from a channel that nobody else has.
 * Twin    holder_receives_from_nobody_free.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../told.h"

struct cache {
    rdl_mutex mu;
    rdl_chan *filled;
};
rdl_chan *kept;

static void fill(void *argument) {
    struct cache *c = argument;
    rdl_mutex_lock(&c->mu);
    rdl_recv(c->filled, NULL);
    rdl_mutex_unlock(&c->mu);
}

APART static rdl_chan *start(void) {
    struct cache c = {.filled = rdl_chan_make(0, 0)};
    rdl_go_copy(fill, &c, sizeof c);
    return NULL;
}

int main(void) {
    kept = start();
    TOLD;
    if (kept != NULL) {
        rdl_send(kept, NULL);
    }
}
