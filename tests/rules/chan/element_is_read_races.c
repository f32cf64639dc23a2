/* Rule    chan.element-is-read  [HB-CH-14]
 * Expect  race x
 * Why     sending &x reads x; nothing orders that before main's write.
 * Twin    element_is_read_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    rdl_send(c, &x);
    mark(1);
}

int main(void) {
    c = RDL_CHAN(int, 1);
    rdl_go(a, NULL);
    await(1);
    x = 2;
    return 0;
}
