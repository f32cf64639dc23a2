/* Rule    chan.failed-try  [HB-CH-08, LT-14]
 * Expect  race x
 * Why     attempts that fail order nothing, in neither direction.
 * Twin    failed_try_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c;

static void a(void *unused) {
    int one = 1;
    x = 1;
    rdl_try_send(c, &one);
    mark(1);
}

int main(void) {
    c = RDL_CHAN(int, 0);
    rdl_go(a, NULL);
    await(1);
    rdl_try_recv(c, NULL, NULL);
    x = 2;
    return 0;
}
