/* A receive whose sender keeps its promise: there is a path to every receive on which somebody
 * sends or closes. receive_deadlock.c forgets it.
 *
 *   raddle-cc receive_fixed.c -o receive_fixed && run-with-detector ./receive_fixed
 *
 * Output:
 *   waiting for the helper
 *   the answer is 42
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

static void help(void *answers) {
    RDL_SEND_VALUE(answers, 42);
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
