/* Trees of contexts cancelled from everywhere while they grow, wait and are freed; hooks and stops.
 * Every descendant is done, every hook ran or was prevented.
 *
 * Rules: CX-04 CX-05 CX-06 CX-13 CX-15 CX-17 CX-18
 */
#include "stress.h"

#define TASKS  8
#define LAYERS 30
#define HOOKS  40

/* -- a chain of layers of which one is cancelled -- */

static const int key;

static rdl_ctx *layer_over(rdl_ctx *parent, struct dice *d) {
    switch (roll(d, 4)) {
    case 0:
        return rdl_ctx_with_timeout(parent, RDL_HOUR + roll(d, 1000));
    case 1:
        return rdl_ctx_with_value(parent, &key, &stress);
    default:
        return rdl_ctx_with_cancel(parent);
    }
}

static void chain(void *nth) {
    struct dice d = dice_of((uint64_t)(uintptr_t)nth);
    rdl_ctx *layers[LAYERS];
    uint32_t cut = roll(&d, LAYERS);
    for (uint32_t i = 0; i < LAYERS; i++) {
        rdl_ctx *parent = i == 0 ? rdl_ctx_background() : layers[i - 1];
        layers[i] = i == cut ? rdl_ctx_with_cancel(parent) : layer_over(parent, &d);
    }
    rdl_ctx_cancel_cause(layers[cut], "cut");
    for (uint32_t i = 0; i < LAYERS; i++) {
        CHECK(rdl_ctx_err(layers[i]) == (i < cut ? 0 : RDL_CANCELED));
        CHECK(i < cut || strcmp(rdl_ctx_cause(layers[i]), "cut") == 0);
        rdl_chan *done = rdl_ctx_done(layers[i]);
        bool ok = true;
        CHECK(done == NULL || rdl_try_recv(done, NULL, &ok) == (i >= cut));
        CHECK(i < cut || !ok);
    }
    for (uint32_t i = LAYERS; i-- > 0;) {
        rdl_ctx_free(layers[i]);
    }
}

/* -- one parent, children that come and go while several cancel it -- */

struct storm {
    rdl_ctx *parent;
    atomic_long children, seen, hooks_run, hooks_stopped;
    uint64_t nth;
};

static void count(void *counter) {
    atomic_fetch_add((atomic_long *)counter, 1);
}

static void breed(void *arg) {
    struct storm *s = arg;
    struct dice d = dice_of(s->nth + rdl_task_id());
    for (int i = 0; i < HOOKS; i++) {
        rdl_ctx *child = rdl_ctx_with_cancel(s->parent);
        rdl_ctx *grandchild = rdl_ctx_with_timeout(child, RDL_HOUR);
        rdl_ctx_hook hook = rdl_ctx_after_func(grandchild, count, &s->hooks_run);
        atomic_fetch_add(&s->children, 1);
        if (roll(&d, 2) == 0) {
            rdl_ctx_cancel(child);
        } else if (roll(&d, 4) == 0 && rdl_ctx_after_stop(grandchild, hook)) {
            atomic_fetch_add(&s->hooks_stopped, 1);
        }
        jitter(&d);
        rdl_ctx_free(grandchild); /* cancels it: the hook runs unless stopped */
        rdl_ctx_free(child);
    }
}

static void wait_for_it(void *arg) {
    struct storm *s = arg;
    CHECK(!rdl_recv(rdl_ctx_done(s->parent), NULL));
    CHECK(rdl_ctx_err(s->parent) == RDL_CANCELED);
    atomic_fetch_add(&s->seen, 1);
}

static void cancel_it(void *arg) {
    struct storm *s = arg;
    struct dice d = dice_of(s->nth + rdl_task_id());
    for (uint32_t i = roll(&d, 30); i > 0; i--) {
        rdl_yield();
    }
    rdl_ctx_cancel(s->parent);
    CHECK(rdl_ctx_err(s->parent) == RDL_CANCELED);
}

static void cancel_storm(uint64_t nth) {
    struct storm s = {.parent = rdl_ctx_with_cancel(rdl_ctx_background()), .nth = nth};
    rdl_waitgroup wg = {0};
    for (int i = 0; i < TASKS; i++) {
        rdl_waitgroup_go(&wg, i % 2 == 0 ? breed : wait_for_it, &s);
    }
    rdl_waitgroup_go(&wg, cancel_it, &s);
    rdl_waitgroup_go(&wg, cancel_it, &s);
    rdl_waitgroup_wait(&wg);
    rdl_ctx_free(s.parent);
    while (atomic_load(&s.hooks_run) + atomic_load(&s.hooks_stopped) < atomic_load(&s.children)) {
        rdl_yield();
    }
    CHECK(atomic_load(&s.hooks_run) + atomic_load(&s.hooks_stopped) == atomic_load(&s.children));
    CHECK(atomic_load(&s.seen) == TASKS / 2);
}

/* -- deadlines against cancels -- */

static void deadline(void *nth) {
    struct dice d = dice_of((uint64_t)(uintptr_t)nth);
    for (int i = 0; i < 20; i++) {
        rdl_duration wait = (rdl_duration)roll(&d, 100) * RDL_MICROSECOND;
        rdl_ctx *ctx = rdl_ctx_with_timeout(rdl_ctx_background(), wait);
        rdl_case cases[] = {RDL_CASE_RECV(rdl_ctx_done(ctx), NULL),
                            RDL_CASE_TIMEOUT((rdl_duration)roll(&d, 100) * RDL_MICROSECOND)};
        size_t chosen = rdl_select(cases, 2);
        CHECK(chosen != 0 || rdl_ctx_err(ctx) == RDL_DEADLINE_EXCEEDED);
        rdl_ctx_cancel(ctx);
        int err = rdl_ctx_err(ctx);
        CHECK(err != 0 && err == rdl_ctx_err(ctx));
        rdl_ctx_free(ctx);
    }
}

static void crowd(void (*fn)(void *), uint64_t nth) {
    rdl_waitgroup wg = {0};
    for (uint64_t i = 0; i < TASKS; i++) {
        rdl_waitgroup_go(&wg, fn, (void *)(uintptr_t)(nth + i));
    }
    rdl_waitgroup_wait(&wg);
}

int main(int argc, char **argv) {
    stress_begin(argc, argv);
    for (int i = 0; i < stress.length; i++) {
        uint64_t nth = (uint64_t)i * 1000;
        for (int n = 0; n < 10; n++) {
            crowd(chain, nth + (uint64_t)n * 20);
        }
        for (int n = 0; n < 5; n++) {
            cancel_storm(nth + (uint64_t)n * 20);
        }
        crowd(deadline, nth);
    }
    return 0;
}
