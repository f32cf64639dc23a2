/* Rule    studies.timer_was_stopped  [Tu19]
 * Expect  deadlock
 * Why     a timer that was stopped never sends.
 * Twin    timer_was_stopped_fixed.c
 */
#include "raddle.h"

int main(void) {
    rdl_timer *timer = rdl_timer_new(RDL_MILLISECOND);
    rdl_timer_stop(timer);
    rdl_recv(rdl_timer_chan(timer), NULL);
    rdl_timer_free(timer);
    return 0;
}
