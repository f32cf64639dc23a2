/* Rule    semaphore.release-before-acquire  [HB-SM-01]
 * Expect  race x
 * Why     A writes after its release.
 * Twin    release_before_acquire_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_semaphore s = RDL_SEMAPHORE_INIT(2);

static void a(void *unused) {
    rdl_semaphore_acquire(&s, 2, NULL);
    rdl_semaphore_release(&s, 2);
    x = 1;
    mark(1);
}

int main(void) {
    rdl_go(a, NULL);
    await(1);
    rdl_semaphore_acquire(&s, 1, NULL);
    x = 2;
    return 0;
}
