/* Rule    misuse.context_of_the_process  [go vet lostcancel]
 * Expect  none
 * Listed  nobody ended context
 * Why     it is for the whole run: that nobody ends it is listed, and hurts nobody.
 * Twin    context_of_the_process_wrong.c
 */
#include "raddle.h"

static rdl_ctx *running;

int main(void) {
    running = rdl_ctx_with_cancel(rdl_ctx_background());
    return rdl_ctx_err(running);
}
