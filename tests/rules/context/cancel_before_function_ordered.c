/* Rule    context.cancel-before-function  [HB-CX-01]
 * Expect  none
 * Why     the cancel happens before the functions it starts.
 * Twin    cancel_before_function_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;

static void f(void *unused) {
    x = 2;
    mark(1);
}

int main(void) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_ctx_after_func(ctx, f, NULL);
    x = 1;
    rdl_ctx_cancel(ctx);
    await(1);
    return 0;
}
