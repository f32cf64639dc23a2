/* Rule    studies.time_is_up_before_the_answer  [Tu19]
 * Expect  none
 * Why     there is room for an answer that comes late.
 * Twin    time_is_up_before_the_answer_buggy.c
 */
#include "raddle.h"

static rdl_chan *answer;

static void work(void *asked) {
    rdl_recv(asked, NULL);
    rdl_send(answer, NULL);
}

int main(void) {
    rdl_chan *asked = rdl_chan_make(0, 0);
    answer = rdl_chan_make(0, 1);
    rdl_go(work, asked);
    rdl_case cases[] = {RDL_CASE_RECV(answer, NULL), RDL_CASE_TIMEOUT(RDL_MILLISECOND)};
    rdl_select(cases, 2);
    rdl_send(asked, NULL);
    return 0;
}
