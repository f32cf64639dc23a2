/* Rule    chan.transitive  [HB-M-01, HB-CH-01]
 * Expect  race x
 * Why     B tells main before it has heard from A.
 * Twin    transitive_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *first, *second;

static void a(void *unused) {
    x = 1;
    rdl_send(first, NULL);
}

static void b(void *unused) {
    rdl_close(second);
    rdl_recv(first, NULL);
    mark(1);
}

int main(void) {
    first = rdl_chan_make(0, 0);
    second = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    rdl_go(b, NULL);
    rdl_recv(second, NULL);
    x = 2;
    await(1);
    return 0;
}
