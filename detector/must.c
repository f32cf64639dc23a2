/* must.c - what must have happened before, in whatever order locks are taken? */
#include "detector/must.h"

#include "detector/state.h"

static const struct table_shape shape = {sizeof(struct must_object), 8, NUMBERS_MUST};

static struct must_object *object_at(uint32_t number) {
    return table_at(&det.must.objects, shape, number & ~MUST_QUIET);
}

const struct must_object *must_of(const struct sync *x) {
    return x->must ? object_at(x->must) : NULL;
}

void must_begin(void) {
    __atomic_store_n(&det.must.on, 1, __ATOMIC_RELEASE);
}

/* -- objects -------------------------------------------------------------------------------- */

static uint32_t take_number(void) {
    struct must_state *state = &det.must;
    spin_lock(&state->lock);
    uint32_t number = state->free;
    state->free = number ? object_at(number)->next_free : 0;
    spin_unlock(&state->lock);
    return number ? number : table_take(&state->objects, shape);
}

/* NULL: no room, so that an edge would be lost. */
static struct must_object *get(struct sync *x) {
    if (x->must == 0) {
        x->must = take_number();
        if (x->must == 0) {
            limit_blind();
            return NULL;
        }
        *object_at(x->must) = (struct must_object){0};
    }
    return object_at(x->must);
}

bool must_drop(struct sync *x) {
    if (x->must == 0) {
        return false;
    }
    struct must_object *object = object_at(x->must);
    bool noted = object->noted;
    clock_drop(&object->clock);
    *object = (struct must_object){0};
    spin_lock(&det.must.lock);
    object->next_free = det.must.free;
    det.must.free = x->must & ~MUST_QUIET;
    spin_unlock(&det.must.lock);
    x->must = 0;
    return noted;
}

/* -- clocks --------------------------------------------------------------------------------- */

/* Borrowed from t until its next event. */
static struct clock publication(struct det_task *t) {
    struct must_task *m = &t->must;
    uint32_t at = task_publication(t).at;
    if (m->learned) {
        m->clock.since = at;
        m->learned = false;
    }
    m->published = at;
    struct clock c = m->clock;
    c.at = at;
    c.pure = true;
    return c;
}

static void learn(struct det_task *t, const struct clock *from) {
    struct must_task *m = &t->must;
    m->clock.at = t->clock.at;
    if (clock_learn(&m->clock, m->learned, from)) {
        m->learned = true;
        t->learned = true;
    }
}

void must_learn(struct det_task *t, struct clock *from) {
    learn(t, from);
    clock_drop(from);
}

void must_take(struct det_task *t, struct sync *x) {
    struct must_object *object = x->must ? object_at(x->must) : NULL;
    if (object && object->known_by != t->id) {
        learn(t, &object->clock);
        object->known_by = t->id;
    }
}

static bool is_held(const struct held_locks *held, uintptr_t lock) {
    for (uint32_t i = 0; i < held->n; i++) {
        if (held->lock[i].lock == lock) {
            return true;
        }
    }
    return false;
}

void must_read(struct det_task *t, struct sync *x) {
    if (is_held(&t->held, x->key)) {
        must_take(t, x);
        return;
    }
    clock_drop(&t->must.before);
    t->must.read = must_tells(x) ? x->key : 0;
    if (must_tells(x)) {
        clock_copy(&t->must.before, &t->must.clock);
        must_take(t, x);
    }
}

static void set(struct must_object *object, const struct clock *from, uint32_t by) {
    struct clock old = object->clock;
    object->clock = (struct clock){0};
    clock_copy(&object->clock, from);
    clock_drop(&old);
    object->known_by = by;
}

void must_put(struct det_task *t, struct sync *x, bool merge) {
    struct must_object *object = get(x);
    if (!object) {
        return;
    }
    x->must &= ~MUST_QUIET;
    struct clock now = publication(t);
    if (!merge || object->known_by == t->id) {
        set(object, &now, t->id);
    } else {
        clock_merge(&object->clock, &now);
        object->known_by = 0;
    }
}

void must_swap(struct det_task *t, struct sync *x, struct clock *old) {
    struct must_object *object = get(x);
    *old = (struct clock){0};
    if (object) {
        x->must &= ~MUST_QUIET;
        struct clock now = publication(t);
        *old = object->clock;
        object->clock = (struct clock){0};
        clock_copy(&object->clock, &now);
        object->known_by = t->id;
    }
}

void must_copy(struct det_task *t, struct clock *now) {
    struct clock borrowed = publication(t);
    clock_copy(now, &borrowed);
}

void must_leave(struct det_task *t, struct sync *x) {
    const struct must_object *object = must_of(x);
    if (!object || !object->nested) {
        must_put(t, x, true);
    }
}

void must_own(struct det_task *t) {
    t->must.clock.own = t->id;
    t->must.clock.at = 0;
    t->must.clock.since = 0;
    t->must.clock.pure = false;
    t->must.learned = true;
}

void must_task_drop(struct det_task *t) {
    clock_drop(&t->must.clock);
    clock_drop(&t->must.before);
}

void must_inherit(struct det_task *child, struct det_task *parent) {
    if (must_is_on()) {
        struct clock now = publication(parent);
        clock_fold_own(&parent->must.clock, now.at);
        clock_copy(&child->must.clock, &parent->must.clock);
    }
}

/* -- locks ---------------------------------------------------------------------------------- */

bool must_note(uintptr_t lock, bool nested) {
    struct sync_shard *shard = sync_lock(lock);
    struct sync *x = sync_get(shard, lock);
    struct must_object *object = x ? get(x) : NULL;
    bool known = object && !object->handed;
    if (known) {
        object->noted = true;
        object->nested |= nested;
    }
    if (known && nested) {
        x->must |= clock_is_empty(&object->clock) ? MUST_QUIET : 0;
    }
    sync_unlock(shard);
    return known;
}

bool must_hand(uintptr_t lock) {
    struct sync_shard *shard = sync_lock(lock);
    struct sync *x = sync_get(shard, lock);
    struct must_object *object = x ? get(x) : NULL;
    bool noted = object && object->noted;
    if (object) {
        object->handed = true;
    }
    sync_unlock(shard);
    return noted;
}

/* -- numbers given out again ---------------------------------------------------------------- */

void must_forget(struct sync *x, const struct marks *needed) {
    if (x->must && !(x->must & MUST_QUIET)) {
        struct must_object *object = object_at(x->must);
        clock_forget(&object->clock, needed);
        object->known_by = marks_has(needed, object->known_by) ? object->known_by : 0;
    }
}

void must_rename(struct sync *x, uint32_t old, uint32_t now) {
    if (x->must && object_at(x->must)->known_by == old) {
        object_at(x->must)->known_by = now;
    }
}

void must_renew(struct det_task *t, uint32_t old_at, uint32_t number, uint32_t first) {
    t->must.clock.at = old_at;
    clock_renew(&t->must.clock, number, first);
    t->must.learned = true;
    t->must.published = 0;
    t->must.read = 0;
}
