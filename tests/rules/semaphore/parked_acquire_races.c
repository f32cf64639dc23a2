/* Rule    semaphore.parked-acquire  [HB-SM-01]
 * Expect  race x
 * Why     A writes after the release that grants.
 * Twin    parked_acquire_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

int x;
rdl_semaphore s = RDL_SEMAPHORE_INIT(1);

static void a(void *unused) {
    await_parked("semacquire");
    rdl_semaphore_release(&s, 1);
    x = 1;
    mark(1);
}

int main(void) {
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_semaphore_acquire(&s, 1, ctx);
    rdl_go(a, NULL);
    rdl_semaphore_acquire(&s, 1, ctx);
    await(1);
    x = 2;
    rdl_ctx_free(ctx);
    return 0;
}
