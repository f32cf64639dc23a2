/* Rule    context.cancel-before-late-function  [HB-CX-01]
 * Expect  none
 * Why     a function of a context that is done already knows of the cancel.
 * Twin    cancel_before_late_function_races.c
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
    x = 2;
    mark(2);
}

int main(void) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_go(cancel, ctx);
    await(1);
    rdl_ctx_after_func(ctx, f, NULL);
    await(2);
    return 0;
}
