/* access.c - does this access race with one that is remembered? */
#include "detector/access.h"

#include "detector/core.h"
#include "detector/state.h"

#define ONLY_TOUCHED_FROM ((size_t)64 << 10) /* freeing more leaves untouched shadow uncommitted */

/* -- one record against another ------------------------------------------------------------- */

static bool happens_before_now(const struct det_task *t, uint32_t task, uint32_t at) {
    return task == t->id || clock_get(&t->clock, task) >= at;
}

bool access_deals_with(struct access *a, uint64_t rec, uint32_t task, uint32_t at, bool judge) {
    if (happens_before_now(a->t, task, at)) {
        return true;
    }
    bool both_atomic = a->atomic && record_is_atomic(rec);
    if (!judge || both_atomic || (record_mask(rec) & a->mask) == 0) {
        return false;
    }
    a->conflict = rec;
    return true; /* reported: keeping it would only report it again */
}

uint64_t access_leaves(const struct access *a, uint64_t rec, bool dealt) {
    if (!dealt || (a->atomic && !record_is_atomic(rec))) {
        return rec;
    }
    uint32_t left = record_mask(rec) & ~a->mask;
    return left ? record_with_mask(rec, left) : 0;
}

/* As access_deals_with. Most foreign records that a task meets are of a few segments. */
static inline bool judge_single(struct access *a, uint64_t rec, bool judge) {
    uint32_t number = record_segment(rec) & ~RECORD_ATOMIC;
    uint32_t *known = &a->t->ordered[(number >> 1) % TASK_ORDERED];
    if (*known == number) {
        return true;
    }
    const struct segment *segment = segment_at(number);
    if (happens_before_now(a->t, segment->task, segment->at)) {
        *known = number;
        return true;
    }
    return access_deals_with(a, rec, segment->task, segment->at, judge);
}

static inline uint64_t seen(uint64_t *word) {
    uint64_t now = __atomic_load_n(word, __ATOMIC_SEQ_CST);
    return __builtin_expect(record_is_locked(now), 0) ? record_wait(word) : now;
}

/* -- own kind: publish ---------------------------------------------------------------------- */

/* What the word must hold when a joins the single record `old`; 0: no memory for a set. */
static uint64_t beside(struct access *a, uint64_t old) {
    bool same_place = ((old ^ a->rec) & ~((uint64_t)0xf << 32)) == 0;
    if (same_place) { /* a loop over bytes: one record of more bytes */
        return old | a->rec;
    }
    uint64_t left = access_leaves(a, old, judge_single(a, old, a->writes));
    if (left == 0) {
        return a->rec;
    }
    uint64_t pair = recset_pair(a, left);
    return pair ? pair : a->rec; /* no memory: counted, the run is not clean */
}

static void publish(struct access *a, uint64_t *word) {
    for (;;) {
        uint64_t old = seen(word);
        if (old == 0) {
            if (swap_if(word, 0, a->rec)) {
                return;
            }
        } else if (!record_is_shared(old)) {
            a->conflict = 0;
            uint64_t now = beside(a, old);
            if (swap_if(word, old, now)) {
                return;
            }
            if (record_is_shared(now)) {
                recset_free(record_site(now), a->granule);
            }
        } else if (record_lock(word, old)) {
            record_unlock(word, recset_put(a, old, a->writes), a->granule);
            return;
        }
    }
}

/* -- the other kind: look ------------------------------------------------------------------- */

static void look(struct access *a, uint64_t *word) {
    for (;;) {
        uint64_t old = seen(word);
        if (!record_is_shared(old)) {
            if (old) {
                judge_single(a, old, true);
            }
            return;
        }
        if (record_lock(word, old)) {
            record_unlock(word, recset_meet(a, old, a->writes), a->granule);
            return;
        }
    }
}

/* -- one granule ---------------------------------------------------------------------------- */

/* Whether the word has a record of our present segment that makes a superfluous. */
static bool covers(const struct access *a, const uint64_t *at) {
    uint64_t word = load_acquire(at);
    if (record_is_shared(word)) {
        return !record_is_locked(word) && recset_peek(a, at, word);
    }
    bool kind_fits = a->atomic || !record_is_atomic(word);
    return kind_fits && (word & ~(uint64_t)RECORD_ATOMIC & UINT32_MAX) == a->t->hot.segment &&
           a->t->hot.segment && (a->mask & ~record_mask(word)) == 0;
}

static bool is_recorded(const struct access *a, const uint64_t *w, const uint64_t *r) {
    return (!a->writes && covers(a, r)) || covers(a, w);
}

/* Takes what all granules share; made only when something has to be recorded. */
static bool prepare(struct access *a) {
    if (a->segment == 0) {
        uint32_t segment = task_segment(a->t);
        if (segment == 0) {
            return false;
        }
        a->segment = segment | (a->atomic ? RECORD_ATOMIC : 0);
        bool aligned = (a->addr & (a->size - 1)) == 0; /* else the size would mislead a report */
        a->site = context_site(a->t, a->pc, a->bits, aligned ? a->size : 0);
    }
    return true;
}

static void granule(struct access *a, uint64_t *w, uint64_t *r) {
    if (is_recorded(a, w, r) || !prepare(a)) {
        return;
    }
    a->rec = record_make(a->site, a->mask, a->segment);
    a->conflict = 0;
    publish(a, a->writes ? w : r);
    if (a->conflict) {
        race_report(a, a->conflict, true); /* only writes are judged by their own kind */
        a->conflict = 0;
    }
    look(a, a->writes ? r : w);
    if (a->conflict) {
        race_report(a, a->conflict, !a->writes);
    }
}

static bool is_untouched(const uint64_t *block) {
    uint64_t any = 0;
    for (int i = 0; i < 8; i++) {
        any |= load_relaxed(block + i);
    }
    return any == 0;
}

/* -- a range -------------------------------------------------------------------------------- */

void access_run(struct access *a) {
    uintptr_t end = a->addr + a->size;
    if (a->size == 0 || end < a->addr || end > SHADOW_ADDRESSES) {
        return;
    }
    uint64_t *block = NULL;
    for (a->granule = a->addr & ~(uintptr_t)3; a->granule < end; a->granule += 4) {
        if (!block || a->granule % 16 == 0) {
            block = shadow_block(a->granule);
        }
        if (!block || (a->only_touched && is_untouched(block))) {
            continue;
        }
        size_t at = (a->granule >> 2) % 4;
        a->mask = record_bytes(a->granule, a->addr, a->size);
        granule(a, block + SHADOW_WRITES + at, block + SHADOW_READS + at);
    }
}

void access_inside(struct det_task *t, uintptr_t addr, size_t size, uint32_t bits, uintptr_t pc) {
    struct access a = {
        .t = t,
        .addr = addr,
        .size = size,
        .bits = bits,
        .pc = pc,
        .writes = (bits & EV_WRITE) != 0,
        .atomic = (bits & EV_ATOMIC) != 0,
        .only_touched = (bits & EV_FREE) != 0 && size >= ONLY_TOUCHED_FROM,
    };
    access_run(&a);
}

void access_slow(struct det_task *t, uintptr_t addr, size_t size, uint32_t bits, uintptr_t pc) {
    if (task_enter(t)) {
        access_inside(t, addr, size, bits, pc);
        task_leave(t);
    }
}

void det_access(struct det_task *t, uintptr_t addr, size_t size, uint32_t access, uintptr_t pc) {
    if (t) {
        access_slow(t, addr, size, access, pc);
    }
}
