/* Rule    misuse.context_never_cancelled  [go vet lostcancel]
 * Expect  none
 * Options leaks=strict
 * Why     who made it ends it, whatever the parent does.
 * Twin    context_never_cancelled_wrong.c
 */
#include "raddle.h"

static void answer(rdl_ctx *parent) {
    rdl_ctx *ctx = rdl_ctx_with_timeout(parent, RDL_HOUR);
    (void)rdl_ctx_err(ctx);
    rdl_ctx_free(ctx);
}

int main(void) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    answer(ctx);
    answer(rdl_ctx_background());
    rdl_ctx_free(ctx);
    return 0;
}
