/* recset.c - the records of one word when one record cannot stand for all of them. */
#include "detector/recset.h"

#include "detector/access.h"
#include "detector/state.h"

#define FIRST_ROOM 4u

static const struct table_shape shape = {sizeof(struct recset), 12, RECORD_SITE_MAX};

static struct recset *set_at(uint32_t number) {
    return table_at(&det.recsets.table, shape, number);
}

/* -- locking a word ------------------------------------------------------------------------- */

bool record_lock(uint64_t *word, uint64_t old) {
    return swap_if(word, old, RECORD_LOCKED | det.generation);
}

void record_unlock(uint64_t *word, uint64_t now, uintptr_t granule) {
    if (!swap_if(word, RECORD_LOCKED | det.generation, now) && record_is_shared(now)) {
        recset_free(record_site(now), granule);
    }
}

uint64_t record_wait(uint64_t *word) {
    uint32_t turns = 0;
    for (;;) {
        uint64_t seen = __atomic_load_n(word, __ATOMIC_SEQ_CST);
        if (!record_is_locked(seen)) {
            return seen;
        }
        if (record_segment(seen) != det.generation) {
            swap_if(word, seen, 0); /* its owner was a thread of our parent process */
        } else {
            spin_pause(&turns);
        }
    }
}

/* -- numbers -------------------------------------------------------------------------------- */

static uint32_t set_new(uintptr_t granule) {
    struct recset_slab *slab = &det.recsets.slabs[(granule >> 4) % RECSET_SLABS];
    spin_lock(&slab->lock);
    uint32_t number = slab->free;
    if (number) {
        slab->free = set_at(number)->next;
    }
    spin_unlock(&slab->lock);
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

static size_t table_bytes(uint32_t room) {
    return sizeof(struct recset_table) + room * sizeof(struct recset_entry);
}

static void table_free(struct recset_table *table) {
    if (table) {
        arena_free(table, table_bytes(table->room));
    }
}

void recset_free(uint32_t number, uintptr_t granule) {
    struct recset *set = set_at(number);
    for (int i = 0; i < 2; i++) {
        table_free(set->by[i]);
        __atomic_store_n(&set->by[i], NULL, __ATOMIC_RELAXED);
    }
    shadow_count_sets(granule, -1);
    struct recset_slab *slab = &det.recsets.slabs[(granule >> 4) % RECSET_SLABS];
    spin_lock(&slab->lock);
    set->next = slab->free;
    slab->free = number;
    spin_unlock(&slab->lock);
}

/* -- tables --------------------------------------------------------------------------------- */

static uint32_t first_slot(const struct recset_table *table, uint32_t task) {
    return (uint32_t)mix64(task) & (table->room - 1);
}

/* Where (task, mask) stands, or the free slot where it belongs. */
static struct recset_entry *slot_for(struct recset_table *table, uint32_t task, uint32_t mask) {
    uint32_t at = first_slot(table, task);
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

static void table_replace(struct recset_table **at, struct recset_table *now) {
    struct recset_table *old = *at;
    __atomic_store_n(at, now, __ATOMIC_RELEASE); /* pairs with recset_peek */
    table_free(old);
}

/* Runs a against every record; returns whether any was dropped or trimmed. */
static bool table_meet(struct access *a, struct recset_table **at, bool judge, bool drop) {
    struct recset_table *table = *at;
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
        entry->rec = left;
    }
    if (!changed) {
        return false;
    }
    table->n -= dropped;
    struct recset_table *remade = table->n ? table_remade(table, 1) : NULL;
    if (remade || table->n == 0) {
        table_replace(at, remade);
    } /* no memory: probes may end early, so a record may stand twice; nothing is lost */
    return true;
}

static void table_put(struct access *a, struct recset_table **at, struct recset_entry entry) {
    if (*at) {
        struct recset_entry *slot = slot_for(*at, entry.task, record_mask(entry.rec));
        if (slot->rec) {
            __atomic_store_n(&slot->rec, entry.rec, __ATOMIC_RELAXED);
            slot->at = entry.at;
            return;
        }
    }
    if (*at && (*at)->n + 1 > (*at)->room / 4 * 3 && a) {
        table_meet(a, at, false, true); /* purge before growing */
    }
    if (!*at || (*at)->n + 1 > (*at)->room / 4 * 3) {
        /* Twice the need: a purge of n records pays for the next n additions. */
        struct recset_table *more = table_remade(*at, (*at ? (*at)->n : 0) + 1);
        if (!more) {
            return; /* counted: the run is not clean */
        }
        table_replace(at, more);
    }
    struct recset_entry *slot = slot_for(*at, entry.task, record_mask(entry.rec));
    (*at)->n += slot->rec == 0;
    slot->task = entry.task;
    slot->at = entry.at;
    __atomic_store_n(&slot->rec, entry.rec, __ATOMIC_RELEASE);
}

static struct recset_entry entry_of(uint64_t rec) {
    const struct segment *segment = segment_at(record_segment(rec));
    return (struct recset_entry){.rec = rec, .task = segment->task, .at = segment->at};
}

/* -- sets ----------------------------------------------------------------------------------- */

/* The word for what is left in the set: nothing, one record, or the set. last: see record.h. */
static uint64_t word_of(uint32_t number, uint64_t last, uintptr_t granule) {
    struct recset *set = set_at(number);
    uint32_t n = (set->by[0] ? set->by[0]->n : 0) + (set->by[1] ? set->by[1]->n : 0);
    if (n > 1) {
        return record_of_set(number, last);
    }
    uint64_t only = 0;
    for (int i = 0; i < 2; i++) {
        for (uint32_t j = 0; set->by[i] && j < set->by[i]->room; j++) {
            only = set->by[i]->slot[j].rec ? set->by[i]->slot[j].rec : only;
        }
    }
    recset_free(number, granule);
    return only;
}

uint64_t recset_pair(const struct access *a, uint64_t other) {
    uint32_t number = set_new(a->granule);
    if (number == 0) {
        return 0;
    }
    struct recset *set = set_at(number);
    table_put(NULL, &set->by[record_is_atomic(other)], entry_of(other));
    table_put(NULL, &set->by[a->atomic], entry_of(a->rec));
    return record_of_set(number, a->rec);
}

uint64_t recset_put(struct access *a, uint64_t old, bool judge) {
    struct recset *set = set_at(record_site(old));
    if (judge) {
        table_meet(a, &set->by[0], true, true);
        if (!a->atomic) {
            table_meet(a, &set->by[1], true, true);
        }
    }
    table_put(a, &set->by[a->atomic], entry_of(a->rec));
    return word_of(record_site(old), a->rec, a->granule);
}

uint64_t recset_meet(struct access *a, uint64_t old, bool drop) {
    struct recset *set = set_at(record_site(old));
    bool changed = table_meet(a, &set->by[0], true, drop);
    if (!a->atomic) {
        changed |= table_meet(a, &set->by[1], true, drop);
    }
    return changed ? word_of(record_site(old), 0, a->granule) : old;
}

/* The set may be changed, freed or reused while we look. A record with the number of our present
 * segment was put there by us, earlier in this segment, for the word that named the set then, and
 * tables are zeroed before they are reused; so finding it means it stands in this word's set. */
bool recset_peek(const struct access *a, uint32_t number) {
    const struct recset *set = set_at(number);
    uint32_t segment = a->t ? (uint32_t)a->t->hot.segment : 0;
    for (int i = 0; segment && i <= a->atomic; i++) {
        const struct recset_table *table = __atomic_load_n(&set->by[i], __ATOMIC_ACQUIRE);
        uint32_t at = table ? first_slot(table, a->t->id) : 0;
        for (uint32_t turn = 0; table && turn < table->room; turn++) {
            uint64_t rec = load_acquire(&table->slot[at].rec);
            if (rec == 0) {
                break;
            }
            if ((record_segment(rec) & ~RECORD_ATOMIC) == segment &&
                (a->mask & ~record_mask(rec)) == 0) {
                return true;
            }
            at = (at + 1) & (table->room - 1);
        }
    }
    return false;
}

static void table_trim(struct recset_table **at, uint32_t keep) {
    struct recset_table *table = *at;
    uint32_t dropped = 0;
    for (uint32_t i = 0; table && i < table->room; i++) {
        uint64_t rec = table->slot[i].rec;
        uint32_t left = record_mask(rec) & keep;
        dropped += rec != 0 && left == 0;
        table->slot[i].rec = left ? record_with_mask(rec, left) : 0;
    }
    if (table) {
        table->n -= dropped;
        table_replace(at, table->n ? table_remade(table, 1) : NULL);
    }
}

void recset_trim_word(uint64_t *word, uint32_t keep, uintptr_t granule) {
    for (;;) {
        uint64_t old = record_wait(word);
        if (!record_is_shared(old)) {
            uint32_t left = record_mask(old) & keep;
            if (swap_if(word, old, left ? record_with_mask(old, left) : 0)) {
                return;
            }
        } else if (record_lock(word, old)) {
            struct recset *set = set_at(record_site(old));
            table_trim(&set->by[0], keep);
            table_trim(&set->by[1], keep);
            record_unlock(word, word_of(record_site(old), 0, granule), granule);
            return;
        }
    }
}

uint32_t recset_records(uint32_t number) {
    const struct recset *set = set_at(number);
    return (set->by[0] ? set->by[0]->n : 0) + (set->by[1] ? set->by[1]->n : 0);
}

const char *recset_check(uint32_t number) {
    const struct recset *set = set_at(number);
    if (recset_records(number) < 2) {
        return "a set of less than two records";
    }
    for (int i = 0; i < 2; i++) {
        uint32_t n = 0;
        const struct recset_table *table = set->by[i];
        for (uint32_t j = 0; table && j < table->room; j++) {
            uint64_t rec = table->slot[j].rec;
            n += rec != 0;
            if (rec && (record_is_atomic(rec) != (i == 1) || record_mask(rec) == 0)) {
                return "a record in the wrong table, or of no byte";
            }
        }
        if (table && (n != table->n || n > table->room / 4 * 3)) {
            return "a table miscounts, or is too full";
        }
    }
    return NULL;
}
