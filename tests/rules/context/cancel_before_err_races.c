/* Rule    context.cancel-before-err  [HB-CX-01, LT-35]
 * Expect  race x
 * Why     nobody has asked for the error.
 * Twin    cancel_before_err_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;

static void a(void *ctx) {
    await(1);
    x = 2;
    mark(2);
}

int main(void) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_ctx *below = rdl_ctx_with_cancel(ctx);
    rdl_go(a, below);
    x = 1;
    rdl_ctx_cancel(ctx);
    mark(1);
    await(2);
    return 0;
}
