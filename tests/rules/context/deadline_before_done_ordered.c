/* Rule    context.deadline-before-done  [HB-CX-01, HB-TM-01]
 * Expect  none
 * Why     the call that set the deadline happens before what the deadline does.
 * Twin    deadline_before_done_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;

static void a(void *unused) {
    rdl_recv(rdl_ctx_done(take()), NULL);
    x = 2;
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    x = 1;
    rdl_ctx *ctx = rdl_ctx_with_timeout(rdl_ctx_background(), RDL_MILLISECOND);
    give(ctx);
    await(1);
    return 0;
}
