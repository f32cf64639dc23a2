/* Rule    leak.sleeper_of_a_test  [D10]
 * Expect  leak receive main
 * Why     it goes on when somebody sends, and nobody does.
 * Twin    sleeper_of_a_test_gone.c
 */
#include <raddle.h>
#include <raddle/detector.h>

rdl_chan *kept; /* anybody might still use it */

static void task(void *channel) {
    rdl_recv(channel, NULL);
}

int main(void) {
    kept = rdl_chan_make(0, 0);
    rdl_test_begin("first");
    rdl_go(task, kept);
    rdl_test_end();
    return 0;
}
