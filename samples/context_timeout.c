/* A context carries the end of a request to everybody who works for it. Three searches run; the
 * request gives up after 20 ms, and whoever has not found anything by then hears it on the
 * context's done channel. Nobody is left behind.
 *
 *   raddle-cc context_timeout.c -o context_timeout && run-with-detector ./context_timeout
 *
 * Output:
 *   found 1 of 3: context deadline exceeded
 * Expect: clean
 */
#include "raddle.h"

#include <stdio.h>

struct search {
    rdl_ctx *ctx;
    rdl_chan *index; /* answers, some day */
    bool found;
};

static void search(void *arg) {
    struct search *s = arg;
    rdl_case cases[] = {RDL_CASE_RECV(s->index, NULL), RDL_CASE_RECV(rdl_ctx_done(s->ctx), NULL)};
    /* Of two cases that are ready select chooses either: an answer that is there in time counts. */
    s->found = rdl_select(cases, 2) == 0 || rdl_try_recv(s->index, NULL, NULL);
}

int main(void) {
    rdl_ctx *request = rdl_ctx_with_timeout(rdl_ctx_background(), 20 * RDL_MILLISECOND);
    struct search searches[3];
    rdl_waitgroup wg = {0};
    for (int i = 0; i < 3; i++) {
        searches[i] = (struct search){.ctx = request, .index = rdl_chan_make(0, 1)};
        if (i == 0) {
            rdl_send(searches[i].index, NULL); /* only the first index has an answer */
        }
        rdl_waitgroup_go(&wg, search, &searches[i]);
    }
    rdl_waitgroup_wait(&wg);
    rdl_recv(rdl_ctx_done(request), NULL);

    int found = 0;
    for (int i = 0; i < 3; i++) {
        found += searches[i].found;
        rdl_chan_free(searches[i].index);
    }
    printf("found %d of 3: %s\n", found, rdl_ctx_cause(request));
    rdl_ctx_free(request);
    return found == 1 ? 0 : 1;
}
