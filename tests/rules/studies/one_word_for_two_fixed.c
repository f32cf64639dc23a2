/* Rule    studies.one_word_for_two  [Tu19]
 * Expect  none
 * Why     a close reaches all.
 * Twin    one_word_for_two_buggy.c
 */
#include "raddle.h"

static rdl_chan *quit;

static void serve(void *unused) {
    rdl_recv(quit, NULL);
}

int main(void) {
    quit = rdl_chan_make(0, 0);
    rdl_go(serve, NULL);
    rdl_go(serve, NULL);
    rdl_close(quit);
    return 0;
}
