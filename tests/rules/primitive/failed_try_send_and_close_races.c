/* Rule    primitive.failed-try-send-and-close  [RP-02, LT-15]
 * Expect  race channel
 * Why     an attempt that found no receiver would have panicked a moment later.
 * Twin    failed_try_send_and_close_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_chan *c, *told;

static void a(void *unused) {
    rdl_try_send(c, (int[]){1});
    mark(1);
    rdl_close(told);
}

int main(void) {
    c = RDL_CHAN(int, 0);
    told = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    await(1);
    rdl_close(c);
    return 0;
}
