/* Rule    leak.test_inside_a_test  [D10]
 * Expect  none
 * Why     the inner one ends; that of the outer test is none of the inner one.
 * Twin    test_inside_a_test_left.c
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
    rdl_send(of_inner, NULL);
    rdl_test_end();
    rdl_send(of_outer, NULL);
    rdl_test_end();
    return 0;
}
