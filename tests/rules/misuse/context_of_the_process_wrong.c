/* Rule    misuse.context_of_the_process  [go vet lostcancel]
 * Expect  misuse context
 * Options leaks=strict
 * Why     whatever is left at the end is to fail.
 * Twin    context_of_the_process_right.c
 */
#include "raddle.h"

static rdl_ctx *running;

int main(void) {
    running = rdl_ctx_with_cancel(rdl_ctx_background());
    return rdl_ctx_err(running);
}
