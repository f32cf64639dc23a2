/* Rule    context.cancel-before-cause  [HB-CX-01]
 * Expect  race x
 * Why     asking for the channel is none.
 * Twin    cancel_before_cause_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;

static void a(void *ctx) {
    await(1);
    rdl_ctx_done(ctx);
    x = 2;
    mark(2);
}

int main(void) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_go(a, ctx);
    x = 1;
    rdl_ctx_cancel_cause(ctx, "why");
    mark(1);
    await(2);
    return 0;
}
