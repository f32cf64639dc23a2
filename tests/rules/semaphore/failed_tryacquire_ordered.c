/* Rule    semaphore.failed-tryacquire  [HB-SM-01]
 * Expect  none
 * Why     a tryacquire that succeeds is an acquire.
 * Twin    failed_tryacquire_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_semaphore s = RDL_SEMAPHORE_INIT(1);

static void a(void *unused) {
    rdl_semaphore_acquire(&s, 1, NULL);
    x = 1;
    rdl_semaphore_release(&s, 1);
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    rdl_semaphore_tryacquire(&s, 1);
    x = 2;
    return 0;
}
