/* Rule    studies.one_word_for_two  [Tu19]
 * Expect  leak main
 * Why     one of the two takes the word to stop, and the other waits on.
 * Twin    one_word_for_two_fixed.c
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
    rdl_send(quit, NULL);
    return 0;
}
