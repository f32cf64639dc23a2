/* follow.c - does a race only follow from an earlier one? */
#include "detector/follow.h"

#include "detector/state.h"

static struct follow_place *place_of(uintptr_t granule) {
    return &det.follows.place[mix64(granule) % FOLLOW_PLACES];
}

static struct follow_task *follow_of(struct det_task *t) {
    if (!t->follow) {
        __atomic_store_n(&t->follow, arena_alloc(sizeof *t->follow), __ATOMIC_RELEASE);
    }
    return t->follow; /* NULL without memory: fewer races are marked */
}

/* What tells the accesses of a task apart, well enough: of two alike the second learns late. */
static uint64_t identity(const struct access *a) {
    return mix64(a->addr + mix64(a->pc + mix64(a->size << 8 | a->bits))) | 1;
}

/* The access before this one is over: what it learned is known now. */
static void settle(struct follow_task *f, uint64_t by) {
    if (f->by != by) {
        clock_merge(&f->known, &f->next);
        clock_drop(&f->next);
        f->by = by;
    }
}

/* -- a racing write ------------------------------------------------------------------------- */

/* Ends t's epoch as a publication does, so that what it does later is not taken for what the writer
 * did before. The rest of the access goes into the old segment: it is the same event. */
static void end_epoch(struct det_task *t, struct follow_task *f) {
    uint32_t at = t->clock.at;
    task_published(t);
    t->recorded = true; /* the next publication, a true one, raises it again: see below */
    if (t->clock.at != at) {
        /* Relaxed: for the words of other tasks' reports. */
        uint32_t from = f->risen_to == at ? f->risen_from : at;
        __atomic_store_n(&f->risen_from, from, __ATOMIC_RELAXED);
        __atomic_store_n(&f->risen_to, t->clock.at, __ATOMIC_RELAXED);
    }
}

void follow_end_epoch(struct det_task *t) {
    struct follow_task *f = follow_of(t);
    if (f) {
        end_epoch(t, f);
    }
}

static void keep_write(struct follow_place *place, const struct access *a, struct follow_task *f) {
    clock_drop(&place->known);
    if (place->granule != a->granule) {
        *place = (struct follow_place){.granule = a->granule};
    }
    place->mask = 0;
    if (a->atomic || place->times >= FOLLOW_TIMES) {
        return; /* atomic writers replace each other without a race: whose value is read is not known */
    }
    struct clock now = task_publication(a->t);
    clock_copy(&place->known, &now);
    clock_merge(&place->known, &f->known);
    place->mask = a->mask;
    place->task = a->t->id;
    place->times++;
    end_epoch(a->t, f);
}

/* -- a racing read -------------------------------------------------------------------------- */

/* Whoever wrote these bytes since the write that is kept here either raced with it, and stands here in
 * its stead, or came after it. So the reader saw it, or a write that knows of it. */
static void see_write(const struct follow_place *place, const struct access *a, uint32_t writer,
                      struct follow_task *f) {
    if (place->granule == a->granule && place->task == writer && (place->mask & a->mask) != 0) {
        clock_merge(&f->next, &place->known);
    }
}

bool follow_race(const struct access *a, uint64_t earlier, bool earlier_writes) {
    const struct segment *segment = segment_at(record_segment(earlier));
    struct follow_task *f = follow_of(a->t);
    if (!f) {
        return false;
    }
    settle(f, identity(a));
    bool follows = clock_get(&f->known, segment->task) >= segment->at;
    spin_lock(&det.follows.lock);
    if (a->writes) {
        keep_write(place_of(a->granule), a, f);
    } else if (earlier_writes && !record_is_atomic(earlier)) {
        see_write(place_of(a->granule), a, segment->task, f);
    }
    spin_unlock(&det.follows.lock);
    return follows;
}

/* -- tasks ---------------------------------------------------------------------------------- */

bool follow_published_since(const struct det_task *t, uint32_t at) {
    uint32_t now = __atomic_load_n(&t->clock.at, __ATOMIC_RELAXED);
    const struct follow_task *f = __atomic_load_n(&t->follow, __ATOMIC_ACQUIRE);
    return now > at && !(f && __atomic_load_n(&f->risen_to, __ATOMIC_RELAXED) == now &&
                         __atomic_load_n(&f->risen_from, __ATOMIC_RELAXED) <= at);
}

void follow_inherit(struct det_task *child, const struct det_task *parent) {
    const struct follow_task *from = parent->follow;
    if (from && follow_of(child)) {
        clock_copy(&child->follow->known, &from->known);
        clock_merge(&child->follow->known, &from->next);
    }
}

void follow_drop(struct det_task *t) {
    if (t->follow) {
        clock_drop(&t->follow->known);
        clock_drop(&t->follow->next);
        arena_free(t->follow, sizeof *t->follow);
        t->follow = NULL;
    }
}

void follow_forget(void) {
    for (uint32_t i = 0; i < FOLLOW_PLACES; i++) {
        clock_drop(&det.follows.place[i].known);
        det.follows.place[i] = (struct follow_place){0};
    }
    for (uint32_t i = 1; i <= task_count(); i++) {
        struct det_task *t = task_info(i)->live;
        if (t && t->follow) {
            clock_drop(&t->follow->known);
            clock_drop(&t->follow->next);
        }
    }
}
