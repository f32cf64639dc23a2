/* Rule    primitive.receive-and-close  [RP-01, RP-03, LT-16]
 * Expect  race channel
 * Why     sending may not.
 * Twin    receive_and_close_ordered.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_chan *c;

static void a(void *unused) {
    int n = 1;
    rdl_send(c, &n);
    mark(1);
}

int main(void) {
    c = RDL_CHAN(int, 2);
    rdl_send(c, (int[]){1});
    rdl_go(a, NULL);
    await(1);
    rdl_close(c);
    return 0;
}
