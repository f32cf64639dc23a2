/* Rule    leak.waits_for_a_deadline  [D10]
 * Expect  none
 * Listed  1 goroutine waiting, but not for ever, at the end of its test in chan receive
 * Why     the deadline of the context above will end it: it is listed, and does not fail.
 * Twin    waits_for_a_deadline_left.c
 */
#include <raddle.h>
#include <raddle/detector.h>

rdl_ctx *above, *kept; /* anybody might still cancel them */

static void task(void *unused) {
    rdl_recv(rdl_ctx_done(kept), NULL);
}

int main(void) {
    above = rdl_ctx_with_timeout(rdl_ctx_background(), 1000 * RDL_SECOND);
    kept = rdl_ctx_with_cancel(above);
    rdl_test_begin("first");
    rdl_go(task, NULL);
    rdl_test_end();
    rdl_ctx_free(kept);
    rdl_ctx_free(above);
    return 0;
}
