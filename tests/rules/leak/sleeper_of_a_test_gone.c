/* Rule    leak.sleeper_of_a_test  [D10]
 * Expect  none
 * Listed  1 goroutine sleeping at the end of its test
 * Why     it will go on by itself, some time: it is listed, and does not fail.
 * Twin    sleeper_of_a_test_left.c
 */
#include <raddle.h>
#include <raddle/detector.h>

rdl_chan *kept; /* anybody might still use it */

static void task(void *channel) {
    rdl_sleep(1000 * RDL_SECOND);
}

int main(void) {
    kept = rdl_chan_make(0, 0);
    rdl_test_begin("first");
    rdl_go(task, kept);
    rdl_test_end();
    return 0;
}
