/* Rule    context.cancel-before-done-of-one-born-done  [HB-CX-01]
 * Expect  none
 * Why     a child that was made after the cancel tells of it too.
 * Twin    cancel_before_done_of_one_born_done_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;

static void a(void *ctx) {
    await(1);
    rdl_ctx *child = rdl_ctx_with_cancel(ctx);
    rdl_recv(rdl_ctx_done(child), NULL);
    x = rdl_ctx_value(child, &x) == NULL;
    mark(2);
}

int main(void) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_go(a, ctx);
    x = 1;
    rdl_ctx_cancel(ctx);
    mark(1);
    await(2);
    return 0;
}
