/* context.h - what the tests of contexts share. */
#ifndef CONTEXT_H
#define CONTEXT_H

#include <criterion/criterion.h>
#include <stdatomic.h>

#include "test_runtime.h"

#define MS RDL_MILLISECOND

static inline bool is_closed(rdl_chan *ch) {
    bool ok = true;
    return rdl_try_recv(ch, NULL, &ok) && !ok;
}

static inline void cr_is_done(rdl_ctx *ctx, int err, const char *cause) {
    cr_assert_eq(rdl_ctx_err(ctx), err);
    cr_assert(is_closed(rdl_ctx_done(ctx)));
    cr_assert_str_eq(rdl_ctx_cause(ctx), cause);
}

static inline void cr_is_live(rdl_ctx *ctx) {
    cr_assert_eq(rdl_ctx_err(ctx), 0);
    cr_assert_null(rdl_ctx_cause(ctx));
    cr_assert(rdl_ctx_done(ctx) == NULL || !is_closed(rdl_ctx_done(ctx)));
}

static inline void count_up(void *n) {
    atomic_fetch_add((_Atomic int *)n, 1);
}

static inline void await_count(_Atomic int *n, int wanted) {
    while (atomic_load(n) < wanted) {
        rdl_yield();
    }
}

#endif
