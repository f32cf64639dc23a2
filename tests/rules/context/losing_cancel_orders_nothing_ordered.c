/* Rule    context.losing-cancel-orders-nothing  [HB-CX-02]
 * Expect  none
 * Why     A tells main.
 * Twin    losing_cancel_orders_nothing_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *told;

static void a(void *ctx) {
    x = 1;
    rdl_ctx_cancel(ctx);
    mark(1);
    rdl_close(told);
}

int main(void) {
    told = rdl_chan_make(0, 0);
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_ctx_cancel(ctx);
    rdl_go(a, ctx);
    await(1);
    rdl_recv(rdl_ctx_done(ctx), NULL);
    rdl_recv(told, NULL);
    x = 2;
    return 0;
}
