/* Rule    context.no-error-orders-nothing  [HB-CX-02, LT-36]
 * Expect  race x
 * Why     both have asked, and there was no error.
 * Twin    no_error_orders_nothing_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *told;

static void a(void *ctx) {
    x = 1;
    rdl_ctx_err(ctx);
    mark(1);
    rdl_close(told);
}

int main(void) {
    told = rdl_chan_make(0, 0);
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_go(a, ctx);
    await(1);
    rdl_ctx_err(ctx);
    x = 2;
    return 0;
}
