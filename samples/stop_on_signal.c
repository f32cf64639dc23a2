/* Ctrl-C ends the work, not the process: a context that SIGINT cancels. Here the program interrupts
 * itself when the work is half done; the workers finish what they have begun and leave.
 *
 *   raddle-cc stop_on_signal.c -o stop_on_signal && run-with-detector ./stop_on_signal
 *
 * Output:
 *   interrupted; nobody is left working
 * Expect: clean
 */
#include "raddle.h"

#include <signal.h>
#include <stdio.h>

enum { WORKERS = 3 };

static rdl_chan *half_done;

static void work(void *ctx) {
    for (int step = 1; rdl_ctx_err(ctx) == 0; step++) {
        if (step == 1) {
            rdl_send(half_done, NULL);
        }
        rdl_yield();
    }
}

int main(void) {
    rdl_ctx *ctx = rdl_ctx_with_signal(rdl_ctx_background(), SIGINT);
    rdl_waitgroup wg = {0};
    half_done = rdl_chan_make(0, 0);
    for (int i = 0; i < WORKERS; i++) {
        rdl_waitgroup_go(&wg, work, ctx);
    }
    for (int i = 0; i < WORKERS; i++) {
        rdl_recv(half_done, NULL);
    }
    raise(SIGINT);
    rdl_recv(rdl_ctx_done(ctx), NULL);
    rdl_waitgroup_wait(&wg);
    printf("interrupted; nobody is left working\n");
    rdl_ctx_free(ctx);
    rdl_chan_free(half_done);
    return 0;
}
