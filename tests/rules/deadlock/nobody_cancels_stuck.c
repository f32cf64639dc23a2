/* Rule    deadlock.nobody_cancels  [D8]
 * Expect  deadlock
 * Why     nobody has the context to cancel it.
 * Twin    nobody_cancels_free.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../told.h"

static void wait(void *ctx) {
    mark(0);
    rdl_recv(rdl_ctx_done(ctx), NULL);
    mark(1);
}

APART static void start(rdl_duration d) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_go(wait, ctx);
}

int main(void) {
    start(RDL_SECOND);
    await_times(0, 1);
    TOLD;
    return 0;
}
