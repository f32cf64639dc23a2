/* Rule    studies.each_waits_for_the_others_word  [Tu19]
 * Expect  none
 * Why     one sends first.
 * Twin    each_waits_for_the_others_word_buggy.c
 */
#include "raddle.h"

static rdl_chan *there, *back;

static void other(void *unused) {
    rdl_recv(there, NULL);
    rdl_send(back, NULL);
}

int main(void) {
    there = rdl_chan_make(0, 0);
    back = rdl_chan_make(0, 0);
    rdl_go(other, NULL);
    rdl_send(there, NULL);
    rdl_recv(back, NULL);
    return 0;
}
