/* Rule    leak.waits_for_a_deadline  [D10]
 * Expect  leak receive main
 * Why     only a cancel could end it, and nobody cancels.
 * Twin    waits_for_a_deadline_gone.c
 */
#include <raddle.h>
#include <raddle/detector.h>

rdl_ctx *above, *kept; /* anybody might still cancel them */

static void task(void *unused) {
    rdl_recv(rdl_ctx_done(kept), NULL);
}

int main(void) {
    above = rdl_ctx_with_cancel(rdl_ctx_background());
    kept = rdl_ctx_with_cancel(above);
    rdl_test_begin("first");
    rdl_go(task, NULL);
    rdl_test_end();
    rdl_ctx_free(kept);
    rdl_ctx_free(above);
    return 0;
}
