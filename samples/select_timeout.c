/* Select waits for several things and takes the first that is ready: here a result, or the end of
 * our patience. The oracle speaks only after it has been asked politely.
 *
 *   raddle-cc select_timeout.c -o select_timeout && run-with-detector ./select_timeout
 *
 * Output:
 *   no answer, not waiting any longer
 *   the answer is 42
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

static rdl_chan *please, *answers;

static void oracle(void *unused) {
    (void)unused;
    rdl_recv(please, NULL);
    RDL_SEND_VALUE(answers, 42);
}

/* The answer, or 0 when it does not come in time. */
static int ask(rdl_duration patience) {
    int answer = 0;
    rdl_case cases[] = {RDL_CASE_RECV(answers, &answer), RDL_CASE_TIMEOUT(patience)};
    switch (rdl_select(cases, 2)) {
    case 0:
        printf("the answer is %d\n", answer);
        break;
    case 1:
        printf("no answer, not waiting any longer\n");
        break;
    }
    return answer;
}

int main(void) {
    please = rdl_chan_make(0, 0);
    answers = RDL_CHAN(int, 0);
    rdl_go(oracle, NULL);

    int first = ask(20 * RDL_MILLISECOND);
    rdl_send(please, NULL);
    int second = ask(RDL_HOUR);
    rdl_chan_free(please);
    rdl_chan_free(answers);
    return first == 0 && second == 42 ? 0 : 1;
}
