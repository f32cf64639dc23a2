/* Rule    context.cancel-before-done-below  [HB-CX-01]
 * Expect  none
 * Why     a cancel is known to who receives from the done channel of a descendant.
 * Twin    cancel_before_done_below_races.c
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
    x = 1;
    rdl_ctx_cancel(ctx);
    await(1);
    return 0;
}
