/* Rule    deadlock.channel_in_a_channel  [D8]
 * Expect  none
 * Why     the channel of its answer lies in another channel, which main has.
 * Twin    channel_in_a_channel_stuck.c
 */
#include "raddle.h"

#include "../invisible.h"
#include "../told.h"

rdl_chan *requests;

static void ask(void *unused) {
    rdl_chan *answer = rdl_chan_make(0, 0), *none = rdl_chan_make(0, 0);
    rdl_case either[] = {RDL_CASE_RECV(answer, NULL), RDL_CASE_RECV(none, NULL)};
    rdl_chan *asked = answer;
    rdl_send(requests, &asked);
    mark(0);
    rdl_select(either, 2);
    mark(1);
}

int main(void) {
    rdl_chan *answer = NULL;
    requests = rdl_chan_make(sizeof(rdl_chan *), 1);
    rdl_go(ask, NULL);
    await_times(0, 1);
    UNTOLD;
    rdl_recv(requests, &answer);
    if (answer != NULL) {
        rdl_send(answer, NULL);
        await(1);
    }
    return 0;
}
