/* Rule    studies.cancelled_receiver  [Tu19]
 * Expect  leak main
 * Why     the receiver has gone when it was cancelled, and the sender does not look.
 * Twin    cancelled_receiver_fixed.c
 */
#include "raddle.h"

static rdl_chan *results;

static void work(void *ctx) {
    rdl_case cases[] = {RDL_CASE_SEND(results, NULL)};
    rdl_select(cases, sizeof cases / sizeof *cases);
    rdl_ctx_unref(ctx);
}

int main(void) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    results = rdl_chan_make(0, 0);
    rdl_go(work, rdl_ctx_ref(ctx));
    rdl_ctx_cancel(ctx);
    rdl_case cases[] = {RDL_CASE_RECV(rdl_ctx_done(ctx), NULL)};
    rdl_select(cases, 1);
    rdl_ctx_free(ctx);
    return 0;
}
