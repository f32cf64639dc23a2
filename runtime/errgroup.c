/* errgroup.c - rdl_errgroup: tasks with a result, whose first failure stops the others.
 *
 * A waitgroup counts them, a channel of as many places as the limit makes go wait [HB-EG-01], a
 * context tells them to stop. The cause of that context is the group's result in decimal.
 *
 * Law   result is written once, by the first failure; that task cancels before it counts down, so
 *       whoever has waited finds the context cancelled.
 */
#include "runtime/context.h"
#include "runtime/crash.h"
#include "runtime/mem.h"
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/sync.h"
#include "runtime/text.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))

struct rdl_errgroup {
    rdl_waitgroup active;
    rdl_ctx *ctx;
    rdl_chan *places; /* one element for each task; NULL: no limit */
    _Atomic int result;
};

struct member {
    rdl_errgroup *g;
    int (*fn)(void *);
    void *arg;
    uintptr_t pc;
};

static void check(const rdl_errgroup *g, uintptr_t pc) {
    if (g == NULL) {
        rdl__crash_misuse(TEXT_NULL_OBJECT, pc);
    }
}

rdl_errgroup *rdl_errgroup_new(rdl_ctx *ctx) {
    rdl_ctx *parent = ctx != NULL ? ctx : rdl_ctx_background();
    struct task *self = rdl__task_self();
    uintptr_t pc = CALLER;
    rdl_errgroup *g = rdl__mem_new(self, sizeof(*g), pc);
    *g = (rdl_errgroup){.ctx = rdl__ctx_of_group(parent, self, pc)};
    return g;
}

rdl_ctx *rdl_errgroup_ctx(rdl_errgroup *g) {
    check(g, CALLER);
    return g->ctx;
}

/* -- results -- */

#define RESULT_CHARS 12

/* result in decimal, in text; returns where it begins. */
static const char *decimal(int result, char text[RESULT_CHARS]) {
    unsigned rest = result < 0 ? 0u - (unsigned)result : (unsigned)result;
    char *at = text + RESULT_CHARS - 1;
    *at = 0;
    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (result < 0) {
        *--at = '-';
    }
    return at;
}

static void cancel(rdl_errgroup *g, int result) {
    char text[RESULT_CHARS];
    rdl_ctx_cancel_cause(g->ctx, result != 0 ? decimal(result, text) : NULL);
}

static void note_result(rdl_errgroup *g, int result) {
    int none = 0;
    if (result != 0 && atomic_compare_exchange_strong_explicit(
                           &g->result, &none, result, memory_order_release, memory_order_relaxed)) {
        cancel(g, result);
    }
}

/* -- tasks -- */

/* The count is the last touch: who has waited may free the group. */
static void leave(void *arg) {
    const struct member *m = arg;
    if (m->g->places != NULL) {
        (void)rdl_recv(m->g->places, NULL);
    }
    rdl__waitgroup_add(&m->g->active, rdl__task_self(), -1, m->pc);
}

/* rdl_goexit is an end without a failure; a panic ends the process first [EG-04]. */
static void run_member(void *arg) {
    struct member m = *(struct member *)arg;
    rdl__defer at_end = rdl__defer_enter(&at_end, leave, &m);
    at_end.state |= DEFER_NOT_BY_PANIC;
    note_result(m.g, m.fn(m.arg));
    rdl__defer_leave(&at_end);
}

static void start(struct member m) {
    struct task *self = rdl__task_self();
    rdl_go_options options = {.copy_bytes = sizeof(m)};
    rdl__waitgroup_add(&m.g->active, self, 1, m.pc);
    rdl__sched_start(rdl__task_new(self, &options, run_member, &m, m.pc));
}

static void check_call(const rdl_errgroup *g, int (*fn)(void *), uintptr_t pc) {
    check(g, pc);
    if (fn == NULL) {
        rdl__panic_go_nil(pc);
    }
}

void rdl_errgroup_go(rdl_errgroup *g, int (*fn)(void *), void *arg) {
    uintptr_t pc = CALLER;
    check_call(g, fn, pc);
    if (g->places != NULL) {
        rdl__chan_send(g->places, NULL, pc);
    }
    start((struct member){.g = g, .fn = fn, .arg = arg, .pc = pc});
}

bool rdl_errgroup_try_go(rdl_errgroup *g, int (*fn)(void *), void *arg) {
    uintptr_t pc = CALLER;
    check_call(g, fn, pc);
    if (g->places != NULL && !rdl_try_send(g->places, NULL)) {
        return false;
    }
    start((struct member){.g = g, .fn = fn, .arg = arg, .pc = pc});
    return true;
}

/* -- the group -- */

int rdl_errgroup_wait(rdl_errgroup *g) {
    uintptr_t pc = CALLER;
    check(g, pc);
    rdl__waitgroup_wait(&g->active, pc);
    int result = atomic_load_explicit(&g->result, memory_order_acquire);
    cancel(g, result);
    return result;
}

void rdl_errgroup_set_limit(rdl_errgroup *g, int n) {
    uintptr_t pc = CALLER;
    check(g, pc);
    int64_t active = rdl__waitgroup_count(&g->active);
    if (active != 0) {
        rdl__panic_format(pc, TEXT_EG_LIMIT, (long long)active);
    }
    rdl_chan_free(g->places);
    g->places = n >= 0 ? rdl__chan_make(0, (size_t)n, pc) : NULL;
}

void rdl_errgroup_free(rdl_errgroup *g) {
    if (g == NULL) {
        return;
    }
    if (rdl__waitgroup_count(&g->active) != 0) {
        rdl__crash_misuse(TEXT_EG_FREED, CALLER);
    }
    rdl_ctx_free(g->ctx);
    rdl_chan_free(g->places);
    rdl__mem_free(rdl__task_self(), g);
}
