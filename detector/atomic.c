/* atomic.c - what do C11 atomic operations and fences order?
 *
 * An object's clock is what the last value in its modification order carries: the join of the
 * release sequences that value belongs to [C11 5.1.2.4p10,11; HB-C11-02..04]. Between begin and end
 * the object is locked, so the value and the clock move as one step [HB-AT-01]. Orders are those of the
 * operation itself; a relaxed one leaves its part to the fences of its task.
 */
#include "detector/core.h"
#include "detector/state.h"

static bool acquires(enum ev_order order) {
    return order == EV_CONSUME || order == EV_ACQUIRE || order == EV_ACQ_REL || order == EV_SEQ_CST;
}

static bool releases(enum ev_order order) {
    return order == EV_RELEASE || order == EV_ACQ_REL || order == EV_SEQ_CST;
}

/* -- reading -------------------------------------------------------------------------------- */

static void read_value(struct det_task *t, struct sync *x, enum ev_order order) {
    if (!x || x->known_by == t->id || clock_is_empty(&x->clock)) {
        return;
    }
    if (acquires(order)) {
        task_learn(t, &x->clock);
        x->known_by = t->id;
    } else {
        clock_merge(&t->atomic->fence_pending, &x->clock);
    }
}

/* -- release sequences ---------------------------------------------------------------------- */

static uint32_t find_head(const struct sequence *s, uint32_t task) {
    uint32_t i = 0;
    while (i < s->n && s->task[i] != task) {
        i++;
    }
    return i;
}

static void add_head(struct sequence *s, uint32_t task, const struct clock *part) {
    uint32_t i = find_head(s, task);
    if (i == SEQUENCE_HEADS) {
        s->overflow = true;
        return;
    }
    if (i == s->n) {
        s->task[s->n++] = task;
    }
    clock_merge(&s->part[i], part);
}

/* A read-modify-write by `task` goes on with the sequences of x and heads one of its own. */
static void join_sequence(struct sync *x, uint32_t task, const struct clock *part) {
    if (clock_is_empty(&x->clock)) {
        x->head = task;
        return;
    }
    if (!x->heads) {
        if (x->head == task) {
            return; /* all of x is its part */
        }
        x->heads = arena_alloc(sizeof *x->heads);
        if (!x->heads) {
            limit_blind();
            return;
        }
        if (x->head) {
            add_head(x->heads, x->head, &x->clock);
        }
        x->head = 0;
    }
    add_head(x->heads, task, part);
}

/* A store that is no release: of the present sequences only those headed by `task` go on. */
static void break_sequences(struct sync *x, uint32_t task) {
    if (!x->heads) {
        if (x->head != task) {
            clock_drop(&x->clock);
            sync_forget_heads(x);
            x->known_by = 0;
        }
        return;
    }
    uint32_t i = find_head(x->heads, task);
    if (i == x->heads->n && x->heads->overflow) {
        return;
    }
    clock_drop(&x->clock);
    if (i < x->heads->n) {
        clock_copy(&x->clock, &x->heads->part[i]);
    }
    sync_forget_heads(x);
    x->head = clock_is_empty(&x->clock) ? 0 : task;
    x->known_by = 0; /* a part of what anybody knew: known still, but nobody asks often */
}

/* -- writing -------------------------------------------------------------------------------- */

/* A release store or a relaxed one. part: what a release would publish, or the last release fence's
 * clock, or NULL. */
static void store_value(struct det_task *t, struct sync *x, const struct clock *part,
                        bool release) {
    sync_leave(x, &(struct touch_mark){0}, 0, 0);
    if (release) {
        sync_forget_heads(x);
        sync_set(x, part, t->id);
        x->head = t->id;
        return;
    }
    break_sequences(x, t->id);
    if (part) {
        clock_merge(&x->clock, part);
        if (!x->heads) {
            x->head = t->id;
        }
        x->known_by = 0;
    }
}

static void modify_value(struct det_task *t, struct sync *x, const struct clock *part) {
    join_sequence(x, t->id, part);
    sync_add(x, part, t->id);
}

/* A relaxed operation: what it publishes is the last release fence's [HB-C11-04]. */
static void write_relaxed(struct det_task *t, struct sync *x, enum ev_atomic did) {
    const struct clock *part =
        clock_is_empty(&t->atomic->fence_released) ? NULL : &t->atomic->fence_released;
    if (did == EV_STORE) {
        store_value(t, x, part, false);
    } else if (part) {
        x->known_by =
            x->known_by == t->id ? 0 : x->known_by; /* else sync_add would take the fence's
                                                                 clock for all of x */
        modify_value(t, x, part);
    }
}

/* mark: what the operation recorded. */
static void write_value(struct det_task *t, struct sync *x, enum ev_atomic did, enum ev_order order,
                        const struct touch_mark *mark) {
    bool release = releases(order);
    if (!release) {
        write_relaxed(t, x, did);
        return;
    }
    struct clock now = task_publication(t);
    if (did == EV_STORE) {
        store_value(t, x, &now, true);
    } else {
        modify_value(t, x, &now);
    }
    sync_leave(x, mark, 0, 0);
    task_published(t);
}

/* -- events --------------------------------------------------------------------------------- */

static struct atomic_event *event_of(struct det_task *t) {
    if (__builtin_expect(t->atomic == NULL, 0)) {
        t->atomic = arena_alloc(sizeof *t->atomic);
        if (t->atomic == NULL) {
            limit_blind();
        }
    }
    return t->atomic;
}

uintptr_t det_atomic_begin(struct det_task *t, uintptr_t addr, size_t size, uint32_t access,
                           uintptr_t pc) {
    if (!t || task_was_always_alone() || !task_enter(t)) {
        return 0;
    }
    struct atomic_event *event = event_of(t);
    if (!event) {
        task_leave(t);
        return 0;
    }
    touch_begin(&event->touch, addr, size, access | EV_ATOMIC, pc);
    __builtin_prefetch(event->touch.block);                 /* comes while we wait for the object */
    event->object = sync_open_or_hold(addr, &event->shard); /* the guard stays set until end */
    event->waits = false;
    if (!touch_is_recorded(t, &event->touch)) {
        event->waits = touch_may_wait(t, &event->touch);
        if (!event->waits) {
            access_inside(t, addr, size, access | EV_ATOMIC, pc);
        }
    }
    return (uintptr_t)event;
}

/* Records what begin left to be recorded after the acquire. */
static void record_later(struct det_task *t, struct atomic_event *event) {
    if (event->waits) {
        const struct sync *x = event->object;
        bool knows = x && x->known_by == t->id && x->left.by == 0 && x->left.mark.rec;
        touch_after(t, &event->touch, knows ? x->left.mark.rec : touch_before(t, &event->touch));
    }
}

/* Who reads a value comes after who wrote it (must.h). Before the clocks learn. */
static void must_atomic_read(struct det_task *t, struct sync *x) {
    must_take(t, x);
    must_take_relaxed(t, x);
}

/* A value that is released is in the object's clock, one that is not beside it. The latter may end t's epoch: all
 * is recorded by now. */
static void must_atomic_written(struct det_task *t, struct sync *x, enum ev_atomic did,
                                enum ev_order order) {
    if (!releases(order)) {
        must_put_relaxed(t, x, did == EV_STORE);
        return;
    }
    must_tell(t);
    if (did == EV_STORE) {
        must_forget_relaxed(x);
    }
}

void det_atomic_end(struct det_task *t, uintptr_t state, uintptr_t addr, enum ev_atomic did,
                    enum ev_order order) {
    struct atomic_event *event = (struct atomic_event *)state;
    if (!event) {
        return;
    }
    bool writes = did == EV_STORE || did == EV_RMW;
    bool must = must_is_on();
    if (writes && !event->object &&
        (must || releases(order) || !clock_is_empty(&t->atomic->fence_released))) {
        event->object = sync_make(event->shard, addr);
    }
    if (did != EV_STORE) {
        if (must && event->object) {
            must_atomic_read(t, event->object);
        }
        read_value(t, event->object, order);
    }
    record_later(t, event);
    if (writes && event->object) {
        if (must) {
            must_atomic_written(t, event->object, did, order);
        }
        write_value(t, event->object, did, order, &event->touch.mark);
    }
    sync_close(event->object);
    if (event->shard) {
        spin_unlock(&event->shard->lock);
    }
    task_leave(t);
}

void det_fence(struct det_task *t, enum ev_order order) {
    if (!t || !task_enter(t)) {
        return;
    }
    struct atomic_event *event = event_of(t);
    if (event && acquires(order)) {
        task_learn(t, &event->fence_pending);
        clock_drop(&event->fence_pending);
    }
    if (event && releases(order)) {
        struct clock now = task_publication(t);
        struct clock old = event->fence_released;
        clock_copy(&event->fence_released, &now);
        clock_drop(&old);
        task_published(t);
    }
    task_leave(t);
}
