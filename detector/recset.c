/* recset.c - the records of one word when one record cannot stand for all of them. */
#include "detector/recset.h"

#include "detector/access.h"
#include "detector/state.h"

#define FIRST_ROOM  16u
#define STEPS_SHIFT 48 /* of the tag in recset.by: above every address */

static const struct table_shape shape = {sizeof(struct recset), 12, NUMBERS_RECSETS};

_Static_assert(NUMBERS_RECSETS <= RECORD_SET_MAX, "a word holds the number of a set");

static struct recset *set_at(uint32_t number) {
    return table_at(&det.recsets.table, shape, number);
}

/* -- changing a set ------------------------------------------------------------------------- */

/* Between these two recset_peek finds nothing. The caller holds the block, or alone knows the set. */
static void change_begin(struct recset *set) {
    __atomic_store_n(&set->version, set->version + 1, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_RELEASE); /* who sees a change sees the odd version */
}

static void change_end(struct recset *set) {
    __atomic_store_n(&set->version, set->version + 1, __ATOMIC_RELEASE); /* pairs with peek */
}

static void store_record(uint64_t *slot, uint64_t rec) {
    __atomic_store_n(slot, rec, __ATOMIC_RELAXED); /* peek's versions order it */
}

/* -- numbers -------------------------------------------------------------------------------- */

/* What was free at the granule's slab may be given back at another one, so all are looked at. */
static uint32_t take_freed(uintptr_t granule) {
    uint32_t number = 0;
    for (uintptr_t i = 0; i < RECSET_SLABS && number == 0; i++) {
        struct recset_slab *slab = &det.recsets.slabs[((granule >> 4) + i) % RECSET_SLABS];
        if (__atomic_load_n(&slab->free, __ATOMIC_RELAXED) == 0) {
            continue; /* a hint: what is missed is given out later */
        }
        spin_lock(&slab->lock);
        number = slab->free;
        if (number) {
            __atomic_store_n(&slab->free, set_at(number)->next, __ATOMIC_RELAXED);
        }
        spin_unlock(&slab->lock);
    }
    return number;
}

/* It holds nothing, and is counted nowhere. */
static void set_drop(uint32_t number, uintptr_t granule) {
    struct recset_slab *slab = &det.recsets.slabs[(granule >> 4) % RECSET_SLABS];
    spin_lock(&slab->lock);
    set_at(number)->next = slab->free;
    __atomic_store_n(&slab->free, number, __ATOMIC_RELAXED);
    spin_unlock(&slab->lock);
}

static struct recset_spare *spare_for(struct det_task *t, uintptr_t granule) {
    uintptr_t page = granule >> SHADOW_SET_PAGE;
    return &t->spare[(page ^ page >> 4) % RECSET_SPARES];
}

static uint32_t set_new(struct det_task *t, uintptr_t granule) {
    struct recset_spare *spare = spare_for(t, granule);
    uint32_t number = spare->number;
    if (number && shadow_counted_alike(spare->granule, granule)) {
        spare->number = 0; /* it is still counted there */
        return number;
    }
    recset_give_back(spare);
    number = take_freed(granule);
    if (number == 0) {
        number = table_take(&det.recsets.table, shape);
    }
    if (number == 0) {
        limit_raise(LIMIT_OUT_OF_MEMORY);
    } else {
        shadow_count_sets(granule, 1);
    }
    return number;
}

/* It holds nothing any more, and is kept at hand. */
static void set_spare(struct det_task *t, uint32_t number, uintptr_t granule) {
    struct recset_spare *spare = spare_for(t, granule);
    recset_give_back(spare);
    *spare = (struct recset_spare){.number = number, .granule = granule};
}

void recset_give_back(struct recset_spare *spare) {
    if (spare->number) {
        shadow_count_sets(spare->granule, -1);
        set_drop(spare->number, spare->granule);
        spare->number = 0;
    }
}

static size_t table_bytes(uint32_t room) {
    return sizeof(struct recset_table) + room * sizeof(struct recset_entry);
}

/* The table behind a set's member. Its room comes from the member, not from the table, so that a
 * stale one never sends recset_peek outside of what was the table. */
static struct recset_table *table_in(uintptr_t by) {
    return (struct recset_table *)(by & (((uintptr_t)1 << STEPS_SHIFT) - 1));
}

static uint32_t room_in(uintptr_t by) {
    return FIRST_ROOM << (by >> STEPS_SHIFT);
}

static uintptr_t member_for(struct recset_table *table) {
    uintptr_t steps = table ? (uintptr_t)__builtin_ctz(table->room / FIRST_ROOM) : 0;
    return (uintptr_t)table | steps << STEPS_SHIFT;
}

static void table_replace(uintptr_t *by, struct recset_table *now) {
    struct recset_table *old = table_in(*by);
    __atomic_store_n(by, member_for(now), __ATOMIC_RELEASE); /* a fresh table is seen zeroed */
    if (old) {
        arena_free(old, table_bytes(old->room));
    }
}

static void empty(struct recset *set) {
    change_begin(set);
    table_replace(&set->by[0], NULL);
    table_replace(&set->by[1], NULL);
    for (uint32_t i = 0; i < RECSET_FEW; i++) {
        store_record(&set->few[i], 0);
    }
    change_end(set);
}

void recset_free(uint32_t number, uintptr_t granule) {
    empty(set_at(number));
    shadow_count_sets(granule, -1);
    set_drop(number, granule);
}

static struct recset_entry entry_of(uint64_t rec) {
    const struct segment *segment = segment_at(record_segment(rec));
    return (struct recset_entry){.rec = rec, .task = segment->task, .at = segment->at};
}

/* -- tables: many records ------------------------------------------------------------------- */

static uint32_t first_slot(uint32_t room, uint32_t task) {
    return (uint32_t)mix64(task) & (room - 1);
}

/* Where (task, mask) stands, or the free slot where it belongs. */
static struct recset_entry *slot_for(struct recset_table *table, uint32_t task, uint32_t mask) {
    uint32_t at = first_slot(table->room, task);
    while (table->slot[at].rec &&
           !(table->slot[at].task == task && record_mask(table->slot[at].rec) == mask)) {
        at = (at + 1) & (table->room - 1);
    }
    return &table->slot[at];
}

/* A table of the same records with room for `more`; NULL: no memory. */
static struct recset_table *table_remade(const struct recset_table *old, uint32_t more) {
    uint32_t want = (old ? old->n : 0) + more;
    uint32_t room = FIRST_ROOM;
    while (want > room / 4 * 3) {
        room *= 2;
    }
    struct recset_table *table = arena_alloc(table_bytes(room));
    if (!table) {
        return NULL;
    }
    table->room = room;
    for (uint32_t i = 0; old && i < old->room; i++) {
        const struct recset_entry *entry = &old->slot[i];
        if (entry->rec) {
            struct recset_entry *to = slot_for(table, entry->task, record_mask(entry->rec));
            table->n += to->rec == 0;
            if (to->rec == 0 || to->at < entry->at) { /* trimming can make two of a task alike */
                *to = *entry;
            }
        }
    }
    return table;
}

/* Runs a against every record; returns whether any was dropped or trimmed. */
static bool table_meet(struct access *a, uintptr_t *by, bool judge, bool drop) {
    struct recset_table *table = table_in(*by);
    bool changed = false;
    uint32_t dropped = 0;
    for (uint32_t i = 0; table && i < table->room; i++) {
        struct recset_entry *entry = &table->slot[i];
        if (entry->rec == 0) {
            continue;
        }
        bool dealt = access_deals_with(a, entry->rec, entry->task, entry->at, judge);
        uint64_t left = drop ? access_leaves(a, entry->rec, dealt) : entry->rec;
        changed |= left != entry->rec;
        dropped += left == 0;
        store_record(&entry->rec, left);
    }
    if (!changed) {
        return false;
    }
    table->n -= dropped;
    struct recset_table *remade = table->n ? table_remade(table, 1) : NULL;
    if (remade || table->n == 0) {
        table_replace(by, remade);
    } /* no memory: probes may end early, so a record may stand twice; nothing is lost */
    return true;
}

static bool is_full(const struct recset_table *table) {
    return table->n + 1 > table->room / 4 * 3;
}

/* a: who may purge before the table grows; NULL: nobody. False: no memory, which is counted. */
static bool table_put(struct access *a, uintptr_t *by, struct recset_entry entry) {
    struct recset_table *table = table_in(*by);
    bool stands = table && slot_for(table, entry.task, record_mask(entry.rec))->rec != 0;
    if (table && a && !stands && is_full(table)) {
        table_meet(a, by, false, true);
        table = table_in(*by);
    }
    /* Who stands there already needs no room: growing for him would go round the purge. */
    if (!table || (!stands && is_full(table))) {
        /* Twice the need: a purge of n records pays for the next n additions. */
        struct recset_table *more = table_remade(table, (table ? table->n : 0) + 1);
        if (!more) {
            return false;
        }
        table_replace(by, more);
        table = more;
    }
    struct recset_entry *slot = slot_for(table, entry.task, record_mask(entry.rec));
    table->n += slot->rec == 0;
    slot->task = entry.task;
    slot->at = entry.at;
    store_record(&slot->rec, entry.rec);
    return true;
}

static void table_trim(uintptr_t *by, uint32_t keep) {
    struct recset_table *table = table_in(*by);
    uint32_t dropped = 0;
    for (uint32_t i = 0; table && i < table->room; i++) {
        uint64_t rec = table->slot[i].rec;
        uint32_t left = record_mask(rec) & keep;
        dropped += rec != 0 && left == 0;
        store_record(&table->slot[i].rec, left ? record_with_mask(rec, left) : 0);
    }
    if (table) {
        table->n -= dropped;
        table_replace(by, table->n ? table_remade(table, 1) : NULL);
    }
}

/* -- few records ---------------------------------------------------------------------------- */

static bool is_few(const struct recset *set) {
    return set->by[0] == 0 && set->by[1] == 0;
}

static bool few_meet(struct access *a, struct recset *set, bool judge, bool drop) {
    bool changed = false;
    for (uint32_t i = 0; i < RECSET_FEW; i++) {
        uint64_t rec = set->few[i];
        if (rec == 0 || (a->atomic && record_is_atomic(rec))) {
            continue; /* as in meet: atomics need not look at each other */
        }
        struct recset_entry entry = entry_of(rec);
        bool dealt = access_deals_with(a, rec, entry.task, entry.at, judge);
        uint64_t left = drop ? access_leaves(a, rec, dealt) : rec;
        changed |= left != rec;
        store_record(&set->few[i], left);
    }
    return changed;
}

static uint64_t *few_slot_for(struct recset *set, struct recset_entry entry) {
    uint64_t *free = NULL;
    for (uint32_t i = 0; i < RECSET_FEW; i++) {
        uint64_t rec = set->few[i];
        if (rec == 0) {
            free = free ? free : &set->few[i];
        } else if (record_mask(rec) == record_mask(entry.rec) &&
                   record_is_atomic(rec) == record_is_atomic(entry.rec) &&
                   entry_of(rec).task == entry.task) {
            return &set->few[i];
        }
    }
    return free;
}

/* Drops every record, of either kind, that a makes superfluous. */
static void few_purge(struct access *a, struct recset *set) {
    for (uint32_t i = 0; i < RECSET_FEW; i++) {
        uint64_t rec = set->few[i];
        if (rec) {
            struct recset_entry entry = entry_of(rec);
            bool dealt = access_deals_with(a, rec, entry.task, entry.at, false);
            store_record(&set->few[i], access_leaves(a, rec, dealt));
        }
    }
}

/* Moves the few into tables; false: no memory, and nothing changed. */
static bool few_spill(struct recset *set) {
    uintptr_t by[2] = {0, 0};
    bool done = true;
    for (uint32_t i = 0; done && i < RECSET_FEW; i++) {
        uint64_t rec = set->few[i];
        done = rec == 0 || table_put(NULL, &by[record_is_atomic(rec)], entry_of(rec));
    }
    if (!done) {
        table_replace(&by[0], NULL);
        table_replace(&by[1], NULL);
        return false;
    }
    for (uint32_t i = 0; i < RECSET_FEW; i++) {
        store_record(&set->few[i], 0);
    }
    __atomic_store_n(&set->by[0], by[0], __ATOMIC_RELEASE); /* as in table_replace */
    __atomic_store_n(&set->by[1], by[1], __ATOMIC_RELEASE);
    return true;
}

/* -- sets ----------------------------------------------------------------------------------- */

static uint32_t count(const struct recset *set) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < RECSET_FEW; i++) {
        n += set->few[i] != 0;
    }
    for (int i = 0; i < 2; i++) {
        n += set->by[i] ? table_in(set->by[i])->n : 0;
    }
    return n;
}

static uint64_t any_record(const struct recset *set) {
    uint64_t any = 0;
    for (uint32_t i = 0; i < RECSET_FEW; i++) {
        any = set->few[i] ? set->few[i] : any;
    }
    for (int i = 0; i < 2; i++) {
        const struct recset_table *table = table_in(set->by[i]);
        for (uint32_t j = 0; table && j < table->room; j++) {
            any = table->slot[j].rec ? table->slot[j].rec : any;
        }
    }
    return any;
}

/* `last` with the bytes of all records of its segment, which together stand for it (record.h). */
static uint64_t hint_for(const struct recset *set, uint64_t last) {
    uint32_t segment = record_segment(last);
    uint32_t bytes = record_mask(last);
    if (is_few(set)) {
        for (uint32_t i = 0; i < RECSET_FEW; i++) {
            bytes |= record_segment(set->few[i]) == segment ? record_mask(set->few[i]) : 0;
        }
    } else {
        const struct recset_table *table = table_in(set->by[record_is_atomic(last)]);
        uint32_t at = table ? first_slot(table->room, entry_of(last).task) : 0;
        while (table && table->slot[at].rec) {
            uint64_t rec = table->slot[at].rec;
            bytes |= record_segment(rec) == segment ? record_mask(rec) : 0;
            at = (at + 1) & (table->room - 1);
        }
    }
    return record_with_mask(last, bytes);
}

/* The word for what is left in the set: nothing, one record, or the set. last: put in now, or 0. t: who may
 * keep the set at hand then; NULL: nobody. */
static uint64_t word_of(struct det_task *t, uint32_t number, uint64_t last, uintptr_t granule) {
    struct recset *set = set_at(number);
    if (count(set) > 1) {
        return record_of_set(number, last ? hint_for(set, last) : 0);
    }
    uint64_t only = any_record(set);
    if (t) {
        empty(set);
        set_spare(t, number, granule);
    } else {
        recset_free(number, granule);
    }
    return only;
}

static bool meet(struct access *a, struct recset *set, bool judge, bool drop) {
    if (is_few(set)) {
        return few_meet(a, set, judge, drop);
    }
    bool changed = table_meet(a, &set->by[0], judge, drop);
    if (!a->atomic) {
        changed |= table_meet(a, &set->by[1], judge, drop);
    }
    return changed;
}

/* Takes what a's segment has here already into a's record. */
static void few_join(struct access *a, struct recset *set) {
    for (uint32_t i = 0; i < RECSET_FEW && !a->atomic; i++) {
        uint64_t rec = set->few[i];
        if (rec && record_segment(rec) == record_segment(a->rec)) {
            uint64_t joined = access_joined(a->t, rec, a->rec);
            a->rec = joined ? joined : a->rec;
            store_record(&set->few[i], joined ? 0 : rec);
        }
    }
}

/* Purges at every step: a set of bytes that one segment after another takes over, one by one, is then
 * a single record again after the last. */
static void put(struct access *a, struct recset *set) {
    if (is_few(set)) {
        few_join(a, set);
        few_purge(a, set);
    }
    struct recset_entry entry = entry_of(a->rec);
    if (is_few(set)) {
        uint64_t *slot = few_slot_for(set, entry);
        if (slot) {
            store_record(slot, a->rec);
            return;
        }
        if (!few_spill(set)) {
            return; /* counted: the run is not clean */
        }
    }
    table_put(a, &set->by[a->atomic], entry);
}

static uint64_t pair_in(uint32_t number, uint64_t one, uint64_t last) {
    struct recset *set = set_at(number);
    change_begin(set);
    store_record(&set->few[0], one);
    store_record(&set->few[1], last);
    change_end(set);
    bool same = record_segment(one) == record_segment(last);
    return record_of_set(number,
                         same ? last | (one & (uint64_t)RECORD_ALL << RECORD_MASK_AT) : last);
}

uint64_t recset_pair(const struct access *a, uint64_t other) {
    uint32_t number = set_new(a->t, a->granule);
    return number ? pair_in(number, other, a->rec) : 0;
}

uint64_t recset_put(struct access *a, uint64_t old, bool judge) {
    struct recset *set = set_at(record_set(old));
    change_begin(set);
    if (judge) {
        meet(a, set, true, true);
    }
    put(a, set);
    change_end(set);
    return word_of(a->t, record_set(old), a->rec, a->granule);
}

uint64_t recset_meet(struct access *a, uint64_t old, bool drop) {
    struct recset *set = set_at(record_set(old));
    change_begin(set);
    bool changed = meet(a, set, true, drop);
    change_end(set);
    return changed ? word_of(a->t, record_set(old), 0, a->granule) : old;
}

/* -- bytes that change hands one by one ------------------------------------------------------ */

static inline uint64_t without(uint64_t rec, uint64_t taken) {
    uint32_t left = record_mask(rec) & ~record_mask(taken);
    return left ? record_with_mask(rec, left) : 0;
}

/* The place in `few` of the one record of rec's segment, or a free one; RECSET_FEW: unusual. Everybody
 * else's is ordered before t, or it is unusual. */
static uint32_t place_among_past(struct det_task *t, const struct recset *set, uint64_t rec) {
    uint32_t own = RECSET_FEW, free = RECSET_FEW;
    for (uint32_t i = 0; i < RECSET_FEW; i++) {
        uint64_t other = set->few[i];
        if (other == 0) {
            free = i;
        } else if (record_segment(other) == record_segment(rec)) {
            if (own != RECSET_FEW) {
                return RECSET_FEW;
            }
            own = i;
        } else if (!access_is_past(t, other)) {
            return RECSET_FEW;
        }
    }
    return own != RECSET_FEW ? own : free;
}

static uint64_t take_in_set(struct det_task *t, uint64_t old, uint64_t rec, uintptr_t granule) {
    struct recset *set = set_at(record_set(old));
    uint32_t place = is_few(set) ? place_among_past(t, set, rec) : RECSET_FEW;
    if (place == RECSET_FEW) {
        return 0;
    }
    uint64_t own = set->few[place];
    rec = own ? access_joined(t, own, rec) : rec;
    if (rec == 0) {
        return 0;
    }
    bool others = false;
    change_begin(set);
    for (uint32_t i = 0; i < RECSET_FEW; i++) {
        uint64_t left = i == place ? 0 : without(set->few[i], rec);
        others |= left != 0;
        store_record(&set->few[i], left);
    }
    store_record(&set->few[place], others ? rec : 0);
    change_end(set);
    if (!others) {
        set_spare(t, record_set(old), granule);
    }
    return others ? record_of_set(record_set(old), rec) : rec;
}

uint64_t recset_take(struct det_task *t, uint64_t old, uint64_t rec, uintptr_t granule) {
    if (record_is_shared(old)) {
        return record_is_wide(old) ? 0 : take_in_set(t, old, rec, granule);
    }
    if (record_segment(old) == record_segment(rec)) {
        return access_joined(t, old, rec);
    }
    if (!access_is_past(t, old)) {
        return 0;
    }
    uint64_t left = without(old, rec);
    uint32_t number = left ? set_new(t, granule) : 0;
    return number ? pair_in(number, left, rec) : left ? 0 : rec;
}

/* -- looking without the lock ---------------------------------------------------------------- */

/* Whether `rec` is of `segment` and covers `mask`. A plain access is not content with an atomic record. */
static inline bool makes_superfluous(uint64_t rec, uint32_t segment, uint32_t mask, bool atomic) {
    uint32_t differs = record_segment(rec) ^ segment;
    return (differs & ~(atomic ? RECORD_ATOMIC : 0u)) == 0 && (mask & ~record_mask(rec)) == 0;
}

static bool peek_table(uintptr_t by, uint32_t task, uint32_t segment, uint32_t mask, bool atomic) {
    const struct recset_table *table = table_in(by);
    uint32_t room = room_in(by);
    uint32_t at = first_slot(room, task);
    for (uint32_t turn = 0; table && turn < room; turn++) {
        uint64_t rec = load_relaxed(&table->slot[at].rec);
        if (rec == 0) {
            return false;
        }
        if (makes_superfluous(rec, segment, mask, atomic)) {
            return true;
        }
        at = (at + 1) & (room - 1);
    }
    return false;
}

static inline bool peek_few(const struct recset *set, uint32_t segment, uint32_t mask,
                            bool atomic) {
    bool found = false; /* looking at all of them costs less than leaving early */
#pragma GCC unroll 5
    for (uint32_t i = 0; i < RECSET_FEW; i++) {
        found |= makes_superfluous(load_relaxed(&set->few[i]), segment, mask, atomic);
    }
    return found;
}

static inline __attribute__((always_inline)) bool peek(const uint64_t *word, uint64_t seen,
                                                       uint32_t task, uint32_t segment,
                                                       uint32_t mask, bool atomic) {
    const struct recset *set = set_at(record_set(seen));
    uint32_t version = __atomic_load_n(&set->version, __ATOMIC_ACQUIRE);
    bool found = peek_few(set, segment, mask, atomic);
    for (int i = 0; !found && i <= atomic; i++) {
        uintptr_t by = __atomic_load_n(&set->by[i], __ATOMIC_ACQUIRE);
        found = by && peek_table(by, task, segment, mask, atomic);
    }
    bool same_word =
        load_relaxed(word) == seen; /* before the version: the set may have left and be back */
    __atomic_thread_fence(__ATOMIC_ACQUIRE); /* all that was read is older than what follows */
    return found && same_word && segment != 0 && version % 2 == 0 &&
           __atomic_load_n(&set->version, __ATOMIC_RELAXED) == version;
}

bool recset_peek(const struct access *a, const uint64_t *word, uint64_t seen) {
    return peek(word, seen, a->t->id, (uint32_t)a->t->hot.segment, a->mask, a->atomic);
}

bool recset_has(const uint64_t *word, uint64_t seen, const struct det_task *t, uint32_t mask) {
    return peek(word, seen, t->id, (uint32_t)t->hot.segment, mask, false);
}

bool recset_is_after(struct det_task *t, const uint64_t *word, uint64_t seen) {
    const struct recset *set = set_at(record_set(seen));
    uint32_t version = __atomic_load_n(&set->version, __ATOMIC_ACQUIRE);
    bool after = version % 2 == 0 && __atomic_load_n(&set->by[0], __ATOMIC_RELAXED) == 0 &&
                 __atomic_load_n(&set->by[1], __ATOMIC_RELAXED) == 0;
    uint64_t plain[RECSET_FEW];
    uint32_t n = 0;
    for (uint32_t i = 0; after && i < RECSET_FEW; i++) {
        uint64_t rec = load_relaxed(&set->few[i]);
        if (rec != 0 && !record_is_atomic(rec)) {
            plain[n++] = rec;
        }
    }
    after &= load_relaxed(word) == seen; /* as in recset_peek */
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    after = after && __atomic_load_n(&set->version, __ATOMIC_RELAXED) == version;
    for (uint32_t i = 0; after && i < n; i++) {
        after = access_is_past(t, plain[i]); /* only now: what was read may have been no record */
    }
    return after;
}

bool recset_all_past(struct det_task *t, uint64_t word) {
    const struct recset *set = set_at(record_set(word));
    bool past = is_few(set);
    for (uint32_t i = 0; past && i < RECSET_FEW; i++) {
        past = set->few[i] == 0 || access_is_past(t, set->few[i]);
    }
    return past;
}

uint64_t recset_exchange(uint64_t old, uint64_t from, uint64_t to) {
    struct recset *set = set_at(record_set(old));
    for (uint32_t i = 0; i < RECSET_FEW; i++) {
        if (set->few[i] == from) {
            change_begin(set);
            store_record(&set->few[i], to);
            change_end(set);
            return record_of_set(record_set(old), to);
        }
    }
    return 0;
}

/* -- forgetting, laws ------------------------------------------------------------------------ */

static void trim(struct recset *set, uint32_t keep) {
    change_begin(set);
    for (uint32_t i = 0; i < RECSET_FEW; i++) {
        uint32_t left = record_mask(set->few[i]) & keep;
        store_record(&set->few[i], left ? record_with_mask(set->few[i], left) : 0);
    }
    table_trim(&set->by[0], keep);
    table_trim(&set->by[1], keep);
    change_end(set);
}

uint64_t recset_trim(uint64_t old, uint32_t keep, uintptr_t granule) {
    trim(set_at(record_set(old)), keep);
    return word_of(NULL, record_set(old), 0, granule);
}

void recset_visit(void (*see)(uint64_t rec, void *context), void *context) {
    for (uint32_t number = 1; number <= det.recsets.table.next; number++) {
        if (!table_has(&det.recsets.table, shape, number)) {
            continue; /* taken in vain */
        }
        const struct recset *set = set_at(number); /* a free one holds nothing */
        for (uint32_t i = 0; i < RECSET_FEW; i++) {
            see(set->few[i], context);
        }
        for (int i = 0; i < 2; i++) {
            const struct recset_table *table = table_in(set->by[i]);
            for (uint32_t j = 0; table && j < table->room; j++) {
                see(table->slot[j].rec, context);
            }
        }
    }
}

bool recset_all(uint32_t number, bool (*is)(uint64_t rec, void *context), void *context) {
    const struct recset *set = set_at(number);
    bool all = true;
    for (uint32_t i = 0; all && i < RECSET_FEW; i++) {
        all = set->few[i] == 0 || is(set->few[i], context);
    }
    for (int i = 0; i < 2; i++) {
        const struct recset_table *table = table_in(set->by[i]);
        for (uint32_t j = 0; all && table && j < table->room; j++) {
            all = table->slot[j].rec == 0 || is(table->slot[j].rec, context);
        }
    }
    return all;
}

uint32_t recset_records(uint32_t number) {
    return count(set_at(number));
}

static const char *check_table(const struct recset_table *table, bool atomic) {
    uint32_t n = 0;
    for (uint32_t j = 0; table && j < table->room; j++) {
        uint64_t rec = table->slot[j].rec;
        n += rec != 0;
        if (rec && (record_is_atomic(rec) != atomic || record_mask(rec) == 0)) {
            return "a record in the wrong table, or of no byte";
        }
    }
    bool wrong = table && (n != table->n || n > table->room / 4 * 3);
    return wrong ? "a table miscounts, or is too full" : NULL;
}

const char *recset_check(uint32_t number) {
    const struct recset *set = set_at(number);
    uint32_t few = 0;
    for (uint32_t i = 0; i < RECSET_FEW; i++) {
        few += set->few[i] != 0;
    }
    if (recset_records(number) < 2) {
        return "a set of less than two records";
    }
    if (few && !is_few(set)) {
        return "records in the set and in tables";
    }
    if (set->version % 2 != 0) {
        return "a set that is still being changed";
    }
    const char *wrong = check_table(table_in(set->by[0]), false);
    return wrong ? wrong : check_table(table_in(set->by[1]), true);
}
