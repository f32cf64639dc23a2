/* A pipeline that can be left early: each stage waits for two things at once, for its neighbour and
 * for the word to stop. main says it by closing a channel, which everybody hears.
 * pipeline_leak.c is the same without it.
 *
 *   raddle-cc pipeline_fixed.c -o pipeline_fixed && run-with-detector ./pipeline_fixed
 *
 * Output:
 *   1 4 9
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

static rdl_chan *numbers, *squares, *stop;
static rdl_waitgroup stages;

/* False: there is nobody to send to any more. */
static bool send_unless_stopped(rdl_chan *to, int n) {
    rdl_case cases[] = {RDL_CASE_SEND(to, &n), RDL_CASE_RECV(stop, NULL)};
    return rdl_select(cases, 2) == 0;
}

static void count(void *unused) {
    (void)unused;
    for (int n = 1; send_unless_stopped(numbers, n); n++) {
    }
    rdl_close(numbers);
}

static void square(void *unused) {
    (void)unused;
    int n;
    RDL_RANGE(numbers, n) {
        if (!send_unless_stopped(squares, n * n)) {
            break;
        }
    }
}

int main(void) {
    numbers = RDL_CHAN(int, 0);
    squares = RDL_CHAN(int, 0);
    stop = rdl_chan_make(0, 0);
    rdl_waitgroup_go(&stages, count, NULL);
    rdl_waitgroup_go(&stages, square, NULL);

    int a = RDL_RECV_VALUE(squares, int);
    int b = RDL_RECV_VALUE(squares, int);
    int c = RDL_RECV_VALUE(squares, int);
    rdl_close(stop);
    rdl_waitgroup_wait(&stages);

    printf("%d %d %d\n", a, b, c);
    rdl_chan_free(numbers);
    rdl_chan_free(squares);
    rdl_chan_free(stop);
    return a + b + c == 14 ? 0 : 1;
}
