/* Rule    semaphore.acquire-orders-no-release  [HB-SM-01]
 * Expect  race x
 * Why     what came before an acquire is not known to others that acquire.
 * Twin    acquire_orders_no_release_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_semaphore s = RDL_SEMAPHORE_INIT(2);

static void a(void *unused) {
    x = 1;
    rdl_semaphore_acquire(&s, 1, NULL);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    rdl_semaphore_acquire(&s, 1, NULL);
    x = 2;
    return 0;
}
