/* Rule    primitive.send-and-close  [RP-01]
 * Expect  none
 * Why     main closes after it has received what A sent.
 * Twin    send_and_close_races.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_chan *c;

static void a(void *unused) {
    rdl_send(c, (int[]){1});
    mark(1);
}

int main(void) {
    c = RDL_CHAN(int, 1);
    rdl_go(a, NULL);
    rdl_recv(c, NULL);
    rdl_close(c);
    return 0;
}
