/* touch.c - the access that an operation on a lock or an atomic is. */
#include "detector/touch.h"

#include "detector/access.h"
#include "detector/block.h"
#include "detector/state.h"

/* -- where ---------------------------------------------------------------------------------- */

void touch_begin(struct touch *touch, uintptr_t addr, size_t size, uint32_t bits, uintptr_t pc) {
    uint32_t first = hot_place(addr);
    bool writes = (bits & EV_WRITE) != 0;
    bool fits =
        (addr & (size - 1)) == 0 && size - 1 < HOT_GRANULE * TOUCH_GRANULES && !task_is_alone();
    touch->addr = addr;
    touch->size = size;
    touch->bits = bits;
    touch->pc = pc;
    touch->mine = (writes ? SHADOW_WRITES : SHADOW_READS) + first;
    touch->theirs = (writes ? SHADOW_READS : SHADOW_WRITES) + first;
    touch->block = fits ? shadow_block(addr) : NULL;
    touch->n = !touch->block ? 0 : size <= HOT_GRANULE ? 1 : 2;
    touch->mask = touch->n ? record_bytes(record_granule(addr), addr, size) : 0;
    touch->mark = (struct touch_mark){0};
}

/* -- what stands there ---------------------------------------------------------------------- */

/* Whether an atomic access of t has nothing to judge in *at, which it read as `word`. */
static bool is_harmless(struct det_task *t, const uint64_t *at, uint64_t word) {
    if (word == 0) {
        return true;
    }
    if (record_is_shared(word)) {
        /* A word without a hint, or with one about the block, may stay the same when the set changes. */
        bool tells = !record_is_locked(word) && !record_is_wide(word) && record_segment(word) != 0;
        return tells && recset_is_after(t, at, word);
    }
    return record_is_atomic(word) || access_is_past(t, word);
}

bool touch_may_wait(struct det_task *t, struct touch *touch) {
    bool harmless = touch->n != 0;
    for (uint32_t i = 0; i < touch->n && harmless; i++) {
        const uint64_t *mine = touch->block + touch->mine + i;
        const uint64_t *theirs = touch->block + touch->theirs + i;
        touch->seen[i] = load_acquire(mine);
        touch->seen[TOUCH_GRANULES + i] = load_acquire(theirs);
        harmless = is_harmless(t, mine, touch->seen[i]) &&
                   is_harmless(t, theirs, touch->seen[TOUCH_GRANULES + i]);
    }
    return harmless;
}

/* Whether `word` shows that our present segment has recorded this access here (access.c, shows). */
static bool shows(const struct det_task *t, const struct touch *touch, uint64_t word) {
    bool ours = record_segment(word) == (t->hot.segment | RECORD_ATOMIC) && t->hot.segment != 0;
    return ours && !record_is_wide(word) && (touch->mask & ~record_mask(word)) == 0;
}

bool touch_is_recorded(const struct det_task *t, struct touch *touch) {
    const uint64_t *mine = touch->block + touch->mine;
    uint64_t word = touch->n != 0 ? load_acquire(mine) : 0;
    if (!shows(t, touch, word) || (touch->n > 1 && load_acquire(mine + 1) != word)) {
        return false;
    }
    if (!record_is_shared(word) && record_mask(word) == touch->mask) {
        touch->mark.rec = touch->mark.word = word;
    }
    return true;
}

uint64_t touch_before(struct det_task *t, const struct touch *touch) {
    uint64_t rec = touch->seen[0];
    bool single = !record_is_shared(rec) && record_is_atomic(rec);
    return single && record_mask(rec) == touch->mask && access_is_past(t, rec) ? rec : 0;
}

bool touch_stands(const struct touch *touch, const struct touch_mark *mark) {
    bool stands = touch->n != 0 && mark->word != 0;
    for (uint32_t i = 0; i < touch->n; i++) {
        stands &= load_acquire(touch->block + touch->mine + i) == mark->word;
    }
    return stands;
}

/* -- recording ------------------------------------------------------------------------------ */

static uint64_t record_of(struct det_task *t, const struct touch *touch) {
    uint32_t segment = task_segment(t);
    uint32_t site = context_site(t, touch->pc, touch->bits, touch->size);
    return segment ? record_make(site, touch->mask, segment | RECORD_ATOMIC) : 0;
}

static bool is_as_seen(const struct touch *touch, const struct held_block *b) {
    uint64_t differs = 0;
    for (uint32_t i = 0; i < touch->n; i++) {
        differs |= block_get(b, touch->mine + i) ^ touch->seen[i];
        differs |= block_get(b, touch->theirs + i) ^ touch->seen[TOUCH_GRANULES + i];
    }
    return differs == 0;
}

/* The word of an own granule with `to` in the place of `from`; 0: `from` is not there. */
static uint64_t exchange(uint64_t word, uint64_t from, uint64_t to) {
    if (record_is_shared(word)) {
        return recset_exchange(word, from, to);
    }
    return word == from ? to : 0;
}

void touch_after(struct det_task *t, struct touch *touch, uint64_t left) {
    uint64_t rec = record_mask(left) == touch->mask ? record_of(t, touch) : 0;
    if (rec == 0) {
        touch_record(t, touch);
        return;
    }
    struct held_block b = block_lock(touch->block);
    bool done = is_as_seen(touch, &b);
    uint64_t word = 0;
    for (uint32_t i = 0; i < touch->n && done; i++) {
        word = exchange(block_get(&b, touch->mine + i), left, rec);
        done = word != 0;
        if (done) {
            block_put(&b, touch->mine + i, word);
        }
    }
    block_unlock(&b);
    if (!done) {
        touch_record(t, touch);
        return;
    }
    touch->mark.rec = rec;
    touch->mark.word = word;
}

/* What stands there after an access as any other. Something that came at once has met our record. */
static void find_mark(struct det_task *t, struct touch *touch) {
    uint64_t word = touch->n ? load_acquire(touch->block + touch->mine) : RECORD_LOCKED;
    if (!record_is_locked(word) && !record_is_wide(word) && t->hot.segment != 0 &&
        record_segment(word) == (t->hot.segment | RECORD_ATOMIC)) {
        touch->mark.rec = record_of(t, touch);
        touch->mark.word = word;
    }
}

void touch_record(struct det_task *t, struct touch *touch) {
    access_inside(t, touch->addr, touch->size, touch->bits, touch->pc);
    find_mark(t, touch);
}
