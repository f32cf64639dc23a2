/* Rule    primitive.channel-variable  [RP-05]
 * Expect  none
 * Why     A tells main when it has made the channel.
 * Twin    channel_variable_races.c
 */
#include "raddle.h"

#include "../invisible.h"

rdl_chan *c, *told;

static void a(void *unused) {
    c = RDL_CHAN(int, 1);
    mark(1);
    rdl_close(told);
}

int main(void) {
    told = rdl_chan_make(0, 0);
    rdl_go(a, NULL);
    rdl_recv(told, NULL);
    rdl_try_send(c, (int[]){1});
    return 0;
}
