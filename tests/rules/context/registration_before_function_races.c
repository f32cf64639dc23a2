/* Rule    context.registration-before-function  [HB-CX-01, HB-GR-01]
 * Expect  race x
 * Why     main writes after it has registered the function.
 * Twin    registration_before_function_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;

static void f(void *unused) {
    x = 2;
    mark(2);
}

static void cancel(void *ctx) {
    await(1);
    rdl_ctx_cancel(ctx);
}

int main(void) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_go(cancel, ctx);
    rdl_ctx_after_func(ctx, f, NULL);
    x = 1;
    mark(1);
    await(2);
    return 0;
}
