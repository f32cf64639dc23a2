/* Rule    chan.failed-try  [HB-CH-08, LT-14]
 * Expect  none
 * Why     with room for one, the attempts succeed and are a send and a receive like others.
 * Twin    failed_try_races.c
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
    c = RDL_CHAN(int, 1);
    rdl_go(a, NULL);
    await(1);
    rdl_try_recv(c, NULL, NULL);
    x = 2;
    return 0;
}
