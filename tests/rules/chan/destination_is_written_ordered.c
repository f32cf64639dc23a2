/* Rule    chan.destination-is-written  [HB-CH-14]
 * Expect  none
 * Why     main waits until A has told it.
 * Twin    destination_is_written_races.c
 */
#include "raddle.h"

#include "../invisible.h"

int x;
rdl_chan *c, *told;

static void a(void *unused) {
    rdl_recv(c, &x);
    mark(1);
    rdl_close(told);
}

int main(void) {
    c = RDL_CHAN(int, 0);
    told = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    rdl_send(c, (int[]){1});
    rdl_recv(told, NULL);
    x = 2;
    return 0;
}
