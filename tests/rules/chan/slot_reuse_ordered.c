/* Rule    chan.slot-reuse  [HB-CH-02, LT-09, LT-10]
 * Expect  none
 * Why     capacity 1 is a mutex: the receive that empties the slot happens before the next send
 *         completes.
 * Twin    slot_reuse_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    int one = 1;
    rdl_send(c, &one);
    x++;
    rdl_recv(c, NULL);
    mark(1);
}

int main(void) {
    c = RDL_CHAN(int, 1);
    rdl_go(a, NULL);
    rdl_go(a, NULL);
    await_times(1, 2);
    return 0;
}
