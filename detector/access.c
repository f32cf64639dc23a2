/* access.c - does this access race with one that is remembered? */
#include "detector/access.h"

#include "detector/block.h"
#include "detector/core.h"
#include "detector/state.h"
#include "detector/wide.h"

#define PIECE_AT_LEAST ((size_t)64 << 10)

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

/* The word of a group is nearly always in the cache, and mostly enough. */
bool access_finds_past(struct det_task *t, uint32_t number) {
    uint64_t group = segment_group(number);
    uint32_t task = (uint32_t)group;
    if (task == 0 || !happens_before_now(t, task, (uint32_t)(group >> 32))) {
        const struct segment *segment = segment_at(number);
        if (!happens_before_now(t, segment->task, segment->at)) {
            return false;
        }
    }
    t->ordered[(number >> 1) % TASK_ORDERED] = number;
    return true;
}

/* As access_deals_with. */
static inline bool judge_single(struct access *a, uint64_t rec, bool judge) {
    if (access_is_past(a->t, rec)) {
        return true;
    }
    const struct segment *segment = segment_at(record_segment(rec));
    return access_deals_with(a, rec, segment->task, segment->at, judge);
}

/* -- own kind ------------------------------------------------------------------------------- */

uint64_t access_joined(struct det_task *t, uint64_t old, uint64_t rec) {
    uint32_t kept = record_mask(old) & ~record_mask(rec);
    uint32_t site = record_site(rec);
    if (kept != 0 && record_site(old) != site) {
        site = context_join(t, record_site(old), kept, site);
    }
    return site ? record_make(site, record_mask(old) | record_mask(rec), record_segment(rec)) : 0;
}

/* What the word must hold when a joins the single record `old`. */
static inline uint64_t beside(struct access *a, uint64_t old) {
    if (record_segment(old) == record_segment(a->rec) && !a->atomic) {
        uint64_t joined = access_joined(a->t, old, a->rec);
        if (joined) {
            return joined;
        }
    }
    uint64_t left = access_leaves(a, old, judge_single(a, old, a->writes));
    if (__builtin_expect(left == 0, 1)) {
        return a->rec;
    }
    uint64_t pair = recset_pair(a, left);
    return pair ? pair : a->rec; /* no memory: counted, the run is not clean */
}

static inline uint64_t publish(struct access *a, uint64_t old) {
    if (old == 0) {
        return a->rec;
    }
    uint64_t taken = a->atomic ? 0 : recset_take(a->t, old, a->rec, a->granule);
    if (taken) {
        return taken;
    }
    return record_is_shared(old) ? recset_put(a, old, a->writes) : beside(a, old);
}

/* -- the other kind ------------------------------------------------------------------------- */

static inline uint64_t look(struct access *a, uint64_t old) {
    if (record_is_shared(old)) {
        return recset_meet(a, old, a->writes);
    }
    (void)judge_single(a, old, true);
    bool raced = a->conflict != 0 && a->writes;
    return raced ? access_leaves(a, old, true) : old; /* so the reader looks again (follow.h) */
}

/* -- one granule ---------------------------------------------------------------------------- */

/* Whether `word` shows that our present segment has recorded a here: by the one record, or by the bytes
 * that the word of a set repeats (record.h). */
static inline bool shows(const struct access *a, uint64_t word) {
    bool kind_fits = !record_is_wide(word) && (a->atomic || !record_is_atomic(word));
    return kind_fits && (record_segment(word) & ~RECORD_ATOMIC) == a->t->hot.segment &&
           a->t->hot.segment && (a->mask & ~record_mask(word)) == 0;
}

/* Whether the set of `word`, read from `at`, may have such a record that the word does not show. */
static inline bool hides(const struct access *a, const uint64_t *at, uint64_t word) {
    if (__builtin_expect(!record_is_shared(word) || record_is_locked(word), 1)) {
        return false;
    }
    bool shows_all = !a->atomic && record_segment(word) == a->t->hot.segment;
    return !shows_all && recset_peek(a, at, word);
}

static inline bool is_recorded(const struct access *a, const uint64_t *block, unsigned i) {
    const uint64_t *w = block + SHADOW_WRITES + i;
    const uint64_t *r = block + SHADOW_READS + i;
    uint64_t writes = load_acquire(w);
    uint64_t reads = a->writes ? 0 : load_acquire(r);
    return shows(a, reads) || shows(a, writes) || hides(a, r, reads) || hides(a, w, writes);
}

/* Keeps the conflict that was noted, if any, until the block is unlocked. */
static inline void note_conflict(struct access *a, bool other_writes) {
    if (__builtin_expect(a->conflict != 0, 0)) {
        a->found[a->n_found++] = (struct access_conflict){
            .rec = a->conflict, .granule = a->granule, .mask = a->mask, .writes = other_writes};
        a->conflict = 0;
    }
}

/* Whether there is nothing at `word`, or one record of a segment lately found ordered before t. */
static inline bool is_known(const struct det_task *t, uint64_t word) {
    uint32_t number = record_segment(word) & ~RECORD_ATOMIC;
    return word == 0 ||
           (!record_is_shared(word) && t->ordered[(number >> 1) % TASK_ORDERED] == number);
}

__attribute__((noinline)) static void granule_slow(struct access *a, struct held_block *b,
                                                   unsigned mine, unsigned theirs) {
    uint64_t old = block_get(b, mine);
    block_put(b, mine, publish(a, old));
    if (!a->writes) {
        wide_add(a, b, mine - SHADOW_READS, old);
    }
    note_conflict(a, true); /* only writes are judged by their own kind */
    old = block_get(b, theirs);
    if (old != 0) {
        block_put(b, theirs, look(a, old));
        note_conflict(a, !a->writes);
    }
    if (a->n_found != 0) {
        wide_end(b);
    }
}

static inline void granule(struct access *a, struct held_block *b, unsigned i) {
    unsigned mine = (a->writes ? SHADOW_WRITES : SHADOW_READS) + i;
    unsigned theirs = (a->writes ? SHADOW_READS : SHADOW_WRITES) + i;
    uint64_t old = block_get(b, mine);
    bool replaces = !a->atomic && (record_mask(old) & ~a->mask) == 0;
    a->rec = record_make(a->site, a->mask, a->segment);
    if (__builtin_expect(replaces && is_known(a->t, old) && is_known(a->t, block_get(b, theirs)),
                         1)) {
        block_put(b, mine, a->rec);
        return;
    }
    granule_slow(a, b, mine, theirs);
}

/* -- one block ------------------------------------------------------------------------------ */

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

DET_COLD static void report(struct access *a) {
    for (unsigned i = 0; i < a->n_found; i++) {
        a->granule = a->found[i].granule;
        a->mask = a->found[i].mask;
        race_report(a, a->found[i].rec, a->found[i].writes);
    }
    a->n_found = 0;
}

/* The granules of the block whose bytes are in `bytes`, bit 0 the first, and that are not recorded
 * already; the same as a set of granules. */
static inline unsigned wanting(struct access *a, const uint64_t *block, uint32_t bytes) {
    unsigned granules = 0;
#pragma GCC unroll 4
    for (unsigned i = 0; i < 4; i++) {
        a->mask = bytes >> (HOT_GRANULE * i) & RECORD_ALL;
        if (a->mask != 0 && !is_recorded(a, block, i)) {
            granules |= 1u << i;
        }
    }
    return granules;
}

static inline void run_block(struct access *a, uint64_t *block, uintptr_t base, uint32_t bytes) {
    unsigned granules = wanting(a, block, bytes);
    if (granules == 0 || !prepare(a)) {
        return;
    }
    struct held_block b = block_lock(block);
    if (b.first == 0) { /* perhaps the first record of its page */
        shadow_touch(a->t, block, base);
    }
#pragma GCC unroll 4
    for (unsigned i = 0; i < 4; i++) {
        if (granules >> i & 1) {
            a->granule = base + HOT_GRANULE * i;
            a->mask = bytes >> (HOT_GRANULE * i) & RECORD_ALL;
            granule(a, &b, i);
        }
    }
    block_unlock(&b);
    if (__builtin_expect(a->n_found != 0, 0)) {
        report(a);
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

/* The bytes of the block at `base` that [addr, end) touches. */
static inline uint32_t bytes_in(uintptr_t base, uintptr_t addr, uintptr_t end) {
    unsigned first = addr > base ? (unsigned)(addr - base) : 0;
    unsigned last = end - base < HOT_BLOCK ? (unsigned)(end - base) : HOT_BLOCK;
    return UINT32_MAX >> (HOT_BLOCK - last) & UINT32_MAX << first;
}

static inline bool is_of_program(uintptr_t addr, size_t size) {
    return size != 0 && addr + size >= addr && addr + size <= SHADOW_ADDRESSES;
}

static inline void run(struct access *a) {
    uintptr_t end = a->addr + a->size;
    if (!is_of_program(a->addr, a->size)) {
        return;
    }
    for (uintptr_t base = shadow_first(a->addr); base < end; base += HOT_BLOCK) {
        uint64_t *block = shadow_block(base);
        if (block != NULL && !(a->only_touched && is_untouched(block))) {
            run_block(a, block, base, bytes_in(base, a->addr, end));
        }
    }
}

void access_inside(struct det_task *t, uintptr_t addr, size_t size, uint32_t bits, uintptr_t pc) {
    struct access a; /* `found` stays as it is: clearing it would cost as much as the look */
    a.t = t;
    a.addr = addr;
    a.size = size;
    a.bits = bits;
    a.pc = pc;
    a.writes = (bits & EV_WRITE) != 0;
    a.atomic = (bits & EV_ATOMIC) != 0;
    a.only_touched = (bits & EV_FREE) != 0 && size >= ACCESS_ONLY_TOUCHED_FROM;
    a.segment = 0;
    a.conflict = 0;
    a.n_found = 0;
    if (task_is_alone()) {
        alone_pass(t);
    } else {
        run(&a);
    }
}

/* Under a budget (budget.h), a range whose shadow is more than a sixteenth of it is recorded in pieces,
 * so that a collection may come between. */
static DET_COLD size_t piece_of(size_t size) {
    uint64_t piece =
        det.options.memory / 64 > PIECE_AT_LEAST ? det.options.memory / 64 : PIECE_AT_LEAST;
    return det.options.memory && size > piece ? (size_t)piece : size;
}

void access_slow(struct det_task *t, uintptr_t addr, size_t size, uint32_t bits, uintptr_t pc) {
    size_t piece = __builtin_expect(size > PIECE_AT_LEAST, 0) ? piece_of(size) : size;
    if (piece != size && !is_of_program(addr, size)) {
        return;
    }
    while (task_enter(t)) {
        access_inside(t, addr, piece, bits, pc);
        task_leave(t);
        addr += piece;
        size -= piece;
        if (__builtin_expect(size == 0, 1)) {
            return;
        }
        piece = piece_of(size);
    }
}
