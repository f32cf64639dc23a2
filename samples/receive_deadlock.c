/* A receive that nobody sends to. The helper ends without keeping its promise, main waits, and no
 * goroutine is left that could ever wake it. The program says so in Go's words and ends with
 * status 2. receive_fixed.c is the same with the promise kept.
 *
 *   raddle-cc receive_deadlock.c -o receive_deadlock && run-with-detector ./receive_deadlock
 *
 * Output:
 *   waiting for the helper
 * Error:
 *   fatal error: all goroutines are asleep - deadlock!
 * Expect: deadlock
 */
#include "raddle.h"

#include <stdio.h>

static void help(void *answers) {
    (void)answers; /* forgot to send one */
}

int main(void) {
    rdl_chan *answers = RDL_CHAN(int, 0);
    rdl_go(help, answers);

    printf("waiting for the helper\n");
    fflush(stdout);
    int answer = RDL_RECV_VALUE(answers, int);
    printf("the answer is %d\n", answer);
    rdl_chan_free(answers);
    return answer == 42 ? 0 : 1;
}
