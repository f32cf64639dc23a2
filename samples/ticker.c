/* Something to be done at regular intervals, until told to stop: a ticker and a done channel in one
 * select. Ticks keep their rhythm however long the work between them takes.
 *
 *   raddle-cc ticker.c -o ticker && run-with-detector ./ticker
 *
 * Output:
 *   sampled at least 5 times
 *   stopped
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

enum { WANTED = 5 };

struct sampler {
    rdl_chan *samples, *stop;
};

static void sample(void *arg) {
    struct sampler *s = arg;
    rdl_ticker *ticker = rdl_ticker_new(2 * RDL_MILLISECOND);
    rdl_case cases[] = {RDL_CASE_RECV(s->stop, NULL), RDL_CASE_RECV(rdl_ticker_chan(ticker), NULL)};
    for (int n = 1; rdl_select(cases, 2) != 0; n++) {
        rdl_try_send(s->samples, &n); /* a reader that is late misses samples, not time */
    }
    rdl_ticker_free(ticker);
    rdl_close(s->samples);
}

int main(void) {
    struct sampler s = {.samples = RDL_CHAN(int, 1), .stop = rdl_chan_make(0, 0)};
    int n = 0;
    rdl_go(sample, &s);
    while (n < WANTED && rdl_recv(s.samples, &n)) {
    }
    printf("sampled at least %d times\n", WANTED);

    rdl_close(s.stop);
    while (rdl_recv(s.samples, NULL)) {
    }
    printf("stopped\n");
    rdl_chan_free(s.samples);
    rdl_chan_free(s.stop);
    return n >= WANTED ? 0 : 1;
}
