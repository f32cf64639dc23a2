/* Rule    semaphore.parked-acquire  [HB-SM-01]
 * Expect  none
 * Why     who is granted units knows what the release came after.
 * Twin    parked_acquire_races.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../parked.h"

int x;
rdl_semaphore s = RDL_SEMAPHORE_INIT(1);

static void a(void *unused) {
    await_parked("semacquire");
    x = 1;
    rdl_semaphore_release(&s, 1);
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
