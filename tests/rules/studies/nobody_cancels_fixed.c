/* Rule    studies.nobody_cancels  [Tu19]
 * Expect  none
 * Why     who made the context ends it.
 * Twin    nobody_cancels_buggy.c
 */
#include "raddle.h"

static rdl_ctx *ctx;

static void work(void *unused) {
    rdl_recv(rdl_ctx_done(ctx), NULL);
}

int main(void) {
    ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_go(work, NULL);
    rdl_ctx_cancel(ctx);
    return 0;
}
