/* Rule    context.free-of-one-waited-on  [RP-09]
 * Expect  none
 * Why     a task that waits on a context is woken by its free, and its wait races with nothing.
 * Twin    free_of_one_waited_on_races.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

int x;

static void a(void *ctx) {
    rdl_recv(rdl_ctx_done(ctx), NULL);
    x = 2;
    rdl_ctx_unref(ctx);
    mark(1);
}

int main(void) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_go(a, rdl_ctx_ref(ctx));
    await_parked("[chan receive]");
    x = 1;
    rdl_ctx_free(ctx);
    await(1);
    return 0;
}
