/* Rule    context.free-of-one-waited-on  [RP-09]
 * Expect  race x
 * Why     what the woken task writes is ordered with nothing in main after the free.
 * Twin    free_of_one_waited_on_ordered.c
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
    rdl_ctx_free(ctx);
    x = 1;
    await(1);
    return 0;
}
