/* Rule    studies.timer_was_stopped  [Tu19]
 * Expect  none
 * Why     it was not stopped.
 * Twin    timer_was_stopped_buggy.c
 */
#include "raddle.h"

int main(void) {
    rdl_timer *timer = rdl_timer_new(RDL_MILLISECOND);
    rdl_timer_reset(timer, RDL_MICROSECOND);
    rdl_recv(rdl_timer_chan(timer), NULL);
    rdl_timer_free(timer);
    return 0;
}
