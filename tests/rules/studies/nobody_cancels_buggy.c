/* Rule    studies.nobody_cancels  [Tu19]
 * Expect  leak main
 * Why     it works until it is cancelled, and nobody does that.
 * Twin    nobody_cancels_fixed.c
 */
#include "raddle.h"

static rdl_ctx *ctx;

static void work(void *unused) {
    rdl_recv(rdl_ctx_done(ctx), NULL);
}

int main(void) {
    ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_go(work, NULL);
    return 0;
}
