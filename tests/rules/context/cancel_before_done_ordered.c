/* Rule    context.cancel-before-done  [HB-CX-01]
 * Expect  none
 * Why     what came before the cancel is known to who receives from done.
 * Twin    cancel_before_done_races.c
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
    rdl_go(a, ctx);
    x = 1;
    rdl_ctx_cancel(ctx);
    await(1);
    return 0;
}
