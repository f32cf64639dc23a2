/* Rule    leak.test_inside_a_test  [D10]
 * Expect  leak receive main
 * Says    Test: inner
 * Why     it is the inner test's, told once; the outer one's goroutine is waited for at its own end.
 * Twin    test_inside_a_test_gone.c
 */
#include <raddle.h>
#include <raddle/detector.h>

rdl_chan *of_outer, *of_inner; /* anybody might still use them */

static void stuck(void *channel) {
    rdl_recv(channel, NULL);
}

int main(void) {
    of_outer = rdl_chan_make(0, 0);
    of_inner = rdl_chan_make(0, 1);
    rdl_test_begin("outer");
    rdl_go(stuck, of_outer);
    rdl_test_begin("inner");
    rdl_go(stuck, of_inner);
    rdl_test_end();
    rdl_send(of_outer, NULL);
    rdl_test_end();
    return 0;
}
