/* The prime sieve as the textbook has it: a chain of goroutines, each of which lets through what
 * its prime does not divide. It is lovely, and every stage waits for ever when main has seen
 * enough. sieve_fixed.c takes the chain down.
 *
 *   raddle-cc sieve_leak.c -o sieve_leak && run-with-detector ./sieve_leak
 *
 * Output:
 *   2 3 5 7 11 13 17 19 23 29
 * Expect: leak
 */
#include "raddle.h"

#include <stdio.h>

struct stage {
    rdl_chan *in, *out;
    int prime;
};

static void generate(void *out) {
    for (int n = 2;; n++) {
        rdl_send(out, &n);
    }
}

static void filter(void *arg) {
    const struct stage *stage = arg;
    for (;;) {
        int n = RDL_RECV_VALUE(stage->in, int);
        if (n % stage->prime != 0) {
            rdl_send(stage->out, &n);
        }
    }
}

int main(void) {
    rdl_chan *head = RDL_CHAN(int, 0);
    rdl_go(generate, head);

    int prime = 0;
    for (int i = 0; i < 10; i++) {
        prime = RDL_RECV_VALUE(head, int);
        printf("%d%c", prime, i < 9 ? ' ' : '\n');
        struct stage next = {.in = head, .out = RDL_CHAN(int, 0), .prime = prime};
        rdl_go_copy(filter, &next, sizeof next); /* a copy: `next` is another one next time */
        head = next.out;
    }
    return prime == 29 ? 0 : 1;
}
