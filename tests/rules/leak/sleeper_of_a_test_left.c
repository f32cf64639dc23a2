/* Rule    leak.sleeper_of_a_test  [D10]
 * Expect  leak receive main
 * Why     it goes on when somebody sends, and nobody does.
 * Twin    sleeper_of_a_test_gone.c
 */
#include <raddle.h>
#include <raddle/detector.h>

static void task(void *channel) {
    rdl_recv(channel, NULL);
}

int main(void) {
    rdl_chan *channel = rdl_chan_make(0, 0);
    rdl_test_begin("first");
    rdl_go(task, channel);
    rdl_test_end();
    return 0;
}
