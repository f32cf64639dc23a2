/* Rule    context.cancel-before-late-function  [HB-CX-01]
 * Expect  race x
 * Why     main registers it, and does not know of the cancel itself.
 * Twin    cancel_before_late_function_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;

static void cancel(void *ctx) {
    x = 1;
    rdl_ctx_cancel(ctx);
    mark(1);
}

static void f(void *unused) {
    mark(2);
}

int main(void) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_go(cancel, ctx);
    await(1);
    rdl_ctx_after_func(ctx, f, NULL);
    x = 2;
    await(2);
    return 0;
}
