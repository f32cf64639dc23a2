/* Rule    misuse.context_never_cancelled  [go vet lostcancel]
 * Expect  misuse context
 * Options leaks=strict
 * Why     nobody ends what was made for the request: it stays, with its timer, as long as the parent.
 * Twin    context_never_cancelled_right.c
 */
#include "raddle.h"

static void answer(rdl_ctx *parent) {
    rdl_ctx *ctx = rdl_ctx_with_timeout(parent, RDL_HOUR);
    (void)rdl_ctx_err(ctx);
}

int main(void) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    answer(ctx);
    answer(rdl_ctx_background());
    rdl_ctx_free(ctx);
    return 0;
}
