/* Rule    leak.grandchild_of_a_test  [D10]
 * Expect  none
 * Why     the answer has room in the channel.
 * Twin    grandchild_of_a_test_left.c
 */
#include <raddle.h>
#include <raddle/detector.h>

rdl_chan *kept; /* anybody might still use it */

static void answer(void *answers) {
    rdl_send(answers, NULL);
}

static void task(void *answers) {
    rdl_go(answer, answers);
}

int main(void) {
    kept = rdl_chan_make(0, 1);
    rdl_test_begin("first");
    rdl_test_end();
    rdl_test_begin("second");
    rdl_go(task, kept);
    rdl_test_end();
    return 0;
}
