/* Rule    leak.daemon_of_a_test  [D10]
 * Expect  none
 * Why     it says that it is there for all tests.
 * Twin    daemon_of_a_test_left.c
 */
#include <raddle.h>
#include <raddle/detector.h>

rdl_chan *kept; /* anybody might still use it */

static void serve(void *requests) {
    rdl_task_daemon();
    for (;;) {
        rdl_recv(requests, NULL);
    }
}

int main(void) {
    kept = rdl_chan_make(0, 0);
    rdl_test_begin("first");
    rdl_go(serve, kept);
    rdl_send(kept, NULL);
    rdl_test_end();
    return 0;
}
