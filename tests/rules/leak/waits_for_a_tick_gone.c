/* Rule    leak.waits_for_a_tick  [D10]
 * Expect  none
 * Listed  1 goroutine waiting, but not for ever, at the end of its test in chan receive
 * Why     the next tick will end it: it is listed, and does not fail.
 * Twin    waits_for_a_tick_left.c
 */
#include <raddle.h>
#include <raddle/detector.h>

rdl_ticker *kept; /* anybody might still reset it */

static void task(void *ticks) {
    rdl_recv(ticks, NULL);
}

int main(void) {
    kept = rdl_ticker_new(1000 * RDL_SECOND);
    rdl_test_begin("first");
    rdl_go(task, rdl_ticker_chan(kept));
    rdl_test_end();
    return 0;
}
