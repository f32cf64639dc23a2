/* Rule    context.cancel-before-done-below  [HB-CX-01]
 * Expect  race x
 * Why     main writes after the cancel.
 * Twin    cancel_before_done_below_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;

static void a(void *ctx) {
    rdl_recv(rdl_ctx_done(ctx), NULL);
    x = 2;
    mark(1);
}

int main(void) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_ctx *below = rdl_ctx_with_value(rdl_ctx_with_cancel(ctx), &x, &x);
    rdl_go(a, rdl_ctx_with_timeout(below, RDL_HOUR));
    rdl_ctx_cancel(ctx);
    x = 1;
    await(1);
    return 0;
}
