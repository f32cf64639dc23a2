/* Rule    leak.waits_for_a_tick  [D10]
 * Expect  leak receive main
 * Why     the ticker was stopped: no tick will come.
 * Twin    waits_for_a_tick_gone.c
 */
#include <raddle.h>
#include <raddle/detector.h>

rdl_ticker *kept; /* anybody might still reset it */

static void task(void *ticks) {
    rdl_recv(ticks, NULL);
}

int main(void) {
    kept = rdl_ticker_new(1000 * RDL_SECOND);
    rdl_ticker_stop(kept);
    rdl_test_begin("first");
    rdl_go(task, rdl_ticker_chan(kept));
    rdl_test_end();
    return 0;
}
