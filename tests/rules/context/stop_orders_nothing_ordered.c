/* Rule    context.stop-orders-nothing  [HB-CX-02]
 * Expect  none
 * Why     the function tells main.
 * Twin    stop_orders_nothing_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *told;

static void f(void *unused) {
    x = 1;
    mark(1);
    rdl_close(told);
}

int main(void) {
    told = rdl_chan_make(0, 0);
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_ctx_hook hook = rdl_ctx_after_func(ctx, f, NULL);
    rdl_ctx_cancel(ctx);
    await(1);
    rdl_ctx_after_stop(ctx, hook);
    rdl_recv(told, NULL);
    x = 2;
    return 0;
}
