/* A pipeline that is left early. main takes three squares and goes home; the two stages behind it
 * wait for ever to hand on a value that nobody will take. In a server this happens at every
 * request. pipeline_fixed.c tells the stages to stop.
 *
 *   raddle-cc pipeline_leak.c -o pipeline_leak && run-with-detector ./pipeline_leak
 *
 * Output:
 *   1 4 9
 * Expect: leak
 */
#include "raddle.h"

#include <stdio.h>

static rdl_chan *numbers, *squares;

static void count(void *unused) {
    (void)unused;
    for (int n = 1;; n++) {
        rdl_send(numbers, &n); /* the fifth number stays here */
    }
}

static void square(void *unused) {
    (void)unused;
    for (;;) {
        int n = RDL_RECV_VALUE(numbers, int);
        RDL_SEND_VALUE(squares, n * n); /* the fourth square stays here */
    }
}

int main(void) {
    numbers = RDL_CHAN(int, 0);
    squares = RDL_CHAN(int, 0);
    rdl_go(count, NULL);
    rdl_go(square, NULL);

    int a = RDL_RECV_VALUE(squares, int);
    int b = RDL_RECV_VALUE(squares, int);
    int c = RDL_RECV_VALUE(squares, int);
    printf("%d %d %d\n", a, b, c);
    return a + b + c == 14 ? 0 : 1;
}
