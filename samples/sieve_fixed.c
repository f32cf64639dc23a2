/* The prime sieve with an end: closing `stop` frees whoever is about to send, and each stage that
 * leaves closes its output, which frees the one that waits behind it. So the whole chain folds up.
 * sieve_leak.c is the textbook form.
 *
 *   raddle-cc sieve_fixed.c -o sieve_fixed && run-with-detector ./sieve_fixed
 *
 * Output:
 *   2 3 5 7 11 13 17 19 23 29
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

enum { PRIMES = 10 };

struct stage {
    rdl_chan *in, *out;
    int prime;
};

static rdl_chan *stop;
static rdl_waitgroup stages;

static bool pass(rdl_chan *out, int n) {
    rdl_case cases[] = {RDL_CASE_SEND(out, &n), RDL_CASE_RECV(stop, NULL)};
    return rdl_select(cases, 2) == 0;
}

static void generate(void *out) {
    for (int n = 2; pass(out, n); n++) {
    }
    rdl_close(out);
    rdl_waitgroup_done(&stages);
}

static void filter(void *arg) {
    const struct stage *stage = arg;
    int n;
    RDL_RANGE(stage->in, n) {
        if (n % stage->prime != 0 && !pass(stage->out, n)) {
            break;
        }
    }
    rdl_close(stage->out);
    rdl_waitgroup_done(&stages);
}

int main(void) {
    stop = rdl_chan_make(0, 0);
    rdl_chan *links[PRIMES + 1] = {RDL_CHAN(int, 0)};
    rdl_waitgroup_add(&stages, PRIMES + 1);
    rdl_go(generate, links[0]);

    int prime = 0;
    for (int i = 0; i < PRIMES; i++) {
        prime = RDL_RECV_VALUE(links[i], int);
        printf("%d%c", prime, i < PRIMES - 1 ? ' ' : '\n');
        links[i + 1] = RDL_CHAN(int, 0);
        struct stage next = {.in = links[i], .out = links[i + 1], .prime = prime};
        rdl_go_copy(filter, &next, sizeof next);
    }
    rdl_close(stop);
    rdl_waitgroup_wait(&stages);
    for (int i = 0; i <= PRIMES; i++) {
        rdl_chan_free(links[i]);
    }
    rdl_chan_free(stop);
    return prime == 29 ? 0 : 1;
}
