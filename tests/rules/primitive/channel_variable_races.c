/* Rule    primitive.channel-variable  [RP-05]
 * Expect  race c
 * Why     the variable that holds the channel is memory like any other.
 * Twin    channel_variable_ordered.c
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
    await(1);
    rdl_try_send(c, (int[]){1});
    return 0;
}
