/* must.c - what must have happened before, in whatever order locks are taken? */
#include "detector/must.h"

#include "detector/core.h"
#include "detector/state.h"

static const struct table_shape shape = {sizeof(struct must_object), 8, NUMBERS_MUST};

static struct must_object *object_at(uint32_t number) {
    return table_at(&det.must.objects, shape, number & ~(MUST_NESTED | MUST_WATCHED));
}

const struct must_object *must_of(const struct sync *x) {
    return x->must ? object_at(x->must) : NULL;
}

/* Everybody reads it: written once. */
void must_begin(void) {
    if (__atomic_load_n(&det.must.on, __ATOMIC_RELAXED) == 0) {
        __atomic_store_n(&det.must.on, 1, __ATOMIC_RELEASE);
    }
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
    det.must.free = x->must & ~(MUST_NESTED | MUST_WATCHED);
    spin_unlock(&det.must.lock);
    x->must = 0;
    return noted;
}

/* -- told ----------------------------------------------------------------------------------- */

static void raise_told(struct det_task *t, uint32_t at) {
    uint32_t told = __atomic_load_n(&t->must.told, __ATOMIC_RELAXED);
    while (told < at && !__atomic_compare_exchange_n(&t->must.told, &told, at, true,
                                                     __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
}

/* Somebody learns of all that is in x. A handle whose task has ended, and is another's by now, only makes that one
 * look once more than it need. */
static void tell_of(const struct sync *x) {
    if (x->known_by == 0) {
        __atomic_fetch_add(&det.must.mixed, 1, __ATOMIC_RELAXED);
        return;
    }
    struct det_task *by = __atomic_load_n(&task_info(x->known_by)->live, __ATOMIC_ACQUIRE);
    if (by) {
        raise_told(by, clock_get(&x->clock, x->known_by));
    }
}

void must_tell(struct det_task *t) {
    raise_told(t, t->clock.at);
}

bool must_is_told(struct det_task *t, uint32_t at) {
    uint32_t mixed = __atomic_load_n(&det.must.mixed, __ATOMIC_RELAXED);
    if (mixed != t->must.mixed) {
        t->must.mixed = mixed;
        must_tell(t);
    }
    return __atomic_load_n(&t->must.told, __ATOMIC_RELAXED) >= at;
}

/* -- learning ------------------------------------------------------------------------------- */

/* Also what t itself told, since what others told is not to be told from it: at a barrier all come together. */
void must_learn(struct det_task *t, const struct clock *from) {
    (void)clock_learn(&t->must.clock, true, from);
}

static void remove_way(struct must_ways *ways, uint32_t i) {
    clock_drop(&ways->way[i].clock);
    ways->n--;
    for (; i < ways->n; i++) {
        ways->way[i] = ways->way[i + 1];
    }
}

static void add_way(struct det_task *t, uintptr_t lock, const struct sync *x) {
    struct must_ways *ways = t->must.ways;
    if (!ways) {
        ways = t->must.ways = arena_alloc(sizeof *ways);
    }
    if (!ways) {
        must_learn(t, &x->clock);
        return;
    }
    uint32_t i = 0;
    while (i < ways->n && ways->way[i].key != x->key) {
        i++;
    }
    if (i < ways->n) {
        remove_way(ways, i);
    } else if (ways->n == MUST_WAYS) {
        must_learn(t, &ways->way[0].clock);
        remove_way(ways, 0);
    }
    struct must_way *way = &ways->way[ways->n++];
    *way = (struct must_way){.lock = lock, .key = x->key};
    clock_copy(&way->clock, &x->clock);
}

static bool teaches(const struct det_task *t, const struct sync *x) {
    return x->known_by != t->id && !clock_is_empty(&x->clock);
}

void must_take(struct det_task *t, struct sync *x) {
    if (teaches(t, x) && (x->must & MUST_NESTED)) {
        tell_of(x);
        add_way(t, x->key, x);
    } else if (teaches(t, x)) {
        tell_of(x);
        must_learn(t, &x->clock);
    }
}

void must_take_shared(struct det_task *t, struct sync *x, uintptr_t lock) {
    if (teaches(t, x)) {
        tell_of(x);
        add_way(t, lock, x);
    }
}

void must_watch(struct sync *x) {
    if (get(x)) {
        x->must |= MUST_WATCHED;
    }
}

void must_leave(struct det_task *t, const struct sync *x) {
    struct must_ways *ways = t->must.ways;
    for (uint32_t i = 0; ways && i < ways->n; i++) {
        if (ways->way[i].key == x->key) {
            must_learn(t, &ways->way[i].clock);
            remove_way(ways, i);
            return;
        }
    }
}

void det_condition_signals(struct det_task *t) {
    if (!t || !must_is_on() || !task_enter(t)) {
        return;
    }
    if (t->held.n != 0) {
        uintptr_t lock = t->held.lock[t->held.n - 1].lock;
        struct sync *x = sync_open(lock);
        if (x) {
            must_watch(x);
        }
        sync_close(x);
    }
    task_leave(t);
}

void det_condition_waited(struct det_task *t, uintptr_t lock) {
    if (!t || !must_is_on() || !task_enter(t)) {
        return;
    }
    struct sync *x = sync_open(lock);
    if (x) {
        must_leave(t, x);
    }
    sync_close(x);
    task_leave(t);
}

/* -- relaxed atomics ------------------------------------------------------------------------ */

/* All that t did in epochs that are over, and all that it knows. Borrowed from t until its next event. */
static struct clock all_over(struct det_task *t) {
    if (t->must.nested_at == t->clock.at) {
        follow_end_epoch(t); /* that of the nesting */
    }
    struct clock c = t->clock;
    bool any = c.since != 0; /* else no epoch is over */
    c.own = any ? c.own : 0;
    c.at = any ? c.at - 1 : 0;
    c.pure = any && !t->learned;
    c.n_stamps = c.pure ? c.n_stamps : CLOCK_STAMPS_UNKNOWN;
    return c;
}

void must_take_relaxed(struct det_task *t, struct sync *x) {
    struct must_object *object = x->must ? object_at(x->must) : NULL;
    if (object && object->known_by != t->id && !clock_is_empty(&object->clock)) {
        must_learn(t, &object->clock);
        object->known_by = t->id;
    }
}

void must_put_relaxed(struct det_task *t, struct sync *x, bool set) {
    struct must_object *object = get(x);
    if (!object) {
        return;
    }
    must_tell(t);
    struct clock now = all_over(t);
    if (clock_is_empty(&now)) {
        return;
    }
    if (set) {
        clock_drop(&object->clock);
    }
    bool alone = set || object->known_by == t->id;
    clock_merge(&object->clock, &now);
    object->known_by = alone ? t->id : 0;
}

void must_forget_relaxed(struct sync *x) {
    if (x->must) {
        clock_drop(&object_at(x->must)->clock);
        object_at(x->must)->known_by = 0;
    }
}

/* -- tasks ---------------------------------------------------------------------------------- */

void must_own(struct det_task *t) {
    struct clock *c = &t->must.clock;
    if (must_is_on()) {
        clock_copy(c, &t->clock);
        c->own = c->at = c->since = 0;
    }
}

static void drop_ways(struct must_task *m) {
    while (m->ways && m->ways->n > 0) {
        remove_way(m->ways, m->ways->n - 1);
    }
}

void must_task_drop(struct det_task *t) {
    struct must_task *m = &t->must;
    clock_drop(&m->clock);
    drop_ways(m);
    arena_free(m->ways, sizeof *m->ways);
    m->ways = NULL;
}

/* -- locks ---------------------------------------------------------------------------------- */

bool must_note(uintptr_t lock, bool nested) {
    struct sync *x = sync_open_or_make(lock);
    struct must_object *object = x ? get(x) : NULL;
    bool known = object && !object->handed;
    if (known) {
        object->noted = true;
        x->must |= nested ? MUST_NESTED : 0;
    }
    sync_close(x);
    return known;
}

bool must_hand(uintptr_t lock) {
    struct sync *x = sync_open_or_make(lock);
    struct must_object *object = x ? get(x) : NULL;
    bool noted = object && object->noted;
    if (object) {
        object->handed = true;
    }
    sync_close(x);
    return noted;
}

/* -- numbers given out again ---------------------------------------------------------------- */

void must_forget(struct sync *x, const struct marks *needed) {
    if (x->must) {
        struct must_object *object = object_at(x->must);
        clock_forget(&object->clock, needed);
        object->known_by = marks_has(needed, object->known_by) ? object->known_by : 0;
    }
}

void must_task_forget(struct det_task *t, const struct marks *needed) {
    struct must_task *m = &t->must;
    clock_forget(&m->clock, needed);
    for (uint32_t i = 0; m->ways && i < m->ways->n; i++) {
        clock_forget(&m->ways->way[i].clock, needed);
    }
}

void must_rename(struct sync *x, uint32_t old, uint32_t now) {
    if (x->must && object_at(x->must)->known_by == old) {
        object_at(x->must)->known_by = now;
    }
}

void must_renew(struct det_task *t) {
    t->must.told = 0;
    t->must.nested_at = 0;
}

void must_only(struct det_task *t) {
    drop_ways(&t->must);
    for (uint32_t i = 1; i <= task_count(); i++) {
        if (i != t->id) {
            clock_know(&t->must.clock, i, task_info(i)->last_at);
        }
    }
}
