/* Fan-out, fan-in: one channel of numbers feeds three squarers, and their squares flow together
 * into one channel. A channel is closed by the last of those who send on it: here the goroutine
 * that waits for all squarers.
 *
 *   raddle-cc fan.c -o fan && run-with-detector ./fan
 *
 * Output:
 *   sum of the squares 1 to 10: 385
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

enum { SQUARERS = 3 };

static rdl_chan *numbers, *squares;
static rdl_waitgroup squarers;

static void produce(void *unused) {
    (void)unused;
    for (int n = 1; n <= 10; n++) {
        rdl_send(numbers, &n);
    }
    rdl_close(numbers);
}

static void square(void *unused) {
    (void)unused;
    int n;
    RDL_RANGE(numbers, n) {
        RDL_SEND_VALUE(squares, n * n);
    }
    rdl_waitgroup_done(&squarers);
}

static void close_after_the_last(void *unused) {
    (void)unused;
    rdl_waitgroup_wait(&squarers);
    rdl_close(squares);
}

int main(void) {
    numbers = RDL_CHAN(int, 0);
    squares = RDL_CHAN(int, 0);
    rdl_go(produce, NULL);
    rdl_waitgroup_add(&squarers, SQUARERS);
    for (int i = 0; i < SQUARERS; i++) {
        rdl_go(square, NULL);
    }
    rdl_go(close_after_the_last, NULL);

    int n;
    int sum = 0;
    RDL_RANGE(squares, n) {
        sum += n;
    }
    printf("sum of the squares 1 to 10: %d\n", sum);
    rdl_chan_free(numbers);
    rdl_chan_free(squares);
    return sum == 385 ? 0 : 1;
}
