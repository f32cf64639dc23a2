/* Rule    deadlock.nobody_cancels  [D8]
 * Expect  none
 * Why     it ends by itself.
 * Twin    nobody_cancels_stuck.c
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
    rdl_ctx *ctx = rdl_ctx_with_timeout(rdl_ctx_background(), d);
    rdl_go(wait, ctx);
}

int main(void) {
    start(RDL_SECOND);
    await_times(0, 1);
    await(1);
    return 0;
}
