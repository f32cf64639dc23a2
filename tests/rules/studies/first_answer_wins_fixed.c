/* Rule    studies.first_answer_wins  [Tu19]
 * Expect  none
 * Why     there is room for both.
 * Twin    first_answer_wins_buggy.c
 */
#include "raddle.h"

static rdl_chan *answers;

static void ask(void *unused) {
    rdl_send(answers, NULL);
}

int main(void) {
    answers = rdl_chan_make(0, 2);
    rdl_go(ask, NULL);
    rdl_go(ask, NULL);
    rdl_recv(answers, NULL);
    return 0;
}
