/* Rule    chan.close-is-not-in-the-buffer  [HB-CH-10, LT-12, LT-13]
 * Expect  race x
 * Why     a value that was buffered before the close carries its sender's clock, not the closer's.
 * Twin    close_is_not_in_the_buffer_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    x = 1;
    rdl_close(c);
    mark(1);
}

int main(void) {
    int n = 1;
    c = RDL_CHAN(int, 1);
    rdl_send(c, &n);
    rdl_go(a, NULL);
    await(1);
    rdl_recv(c, NULL);
    x = 2;
    return 0;
}
