/* Rule    leak.goroutine_of_a_test  [D10]
 * Expect  leak receive main
 * Says    blocked at the end of its test
 * Says    Test: first
 * Why     its test ends, and nobody will ever close the channel.
 * Twin    goroutine_of_a_test_gone.c
 */
#include <raddle.h>
#include <raddle/detector.h>

rdl_chan *kept; /* anybody might still use it */

static void task(void *jobs) {
    rdl_recv(jobs, NULL);
}

int main(void) {
    kept = rdl_chan_make(0, 0);
    rdl_test_begin("first");
    rdl_go(task, kept);
    rdl_test_end();
    return 0;
}
