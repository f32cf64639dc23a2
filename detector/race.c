/* race.c - which races have been reported, and what does a report say? */
#include "detector/race.h"

#include "detector/detector.h"
#include "detector/follow.h"
#include "detector/state.h"
#include "detector/whose.h"

#define FIRST_ROOM 256u

/* -- once ----------------------------------------------------------------------------------- */

static uint64_t *slot_in(uint64_t *seen, uint32_t room, uint64_t hash) {
    uint32_t at = (uint32_t)hash & (room - 1);
    while (seen[at] && seen[at] != hash) {
        at = (at + 1) & (room - 1);
    }
    return &seen[at];
}

static bool make_room(struct race_state *races) {
    if (races->n + 1 <= races->room / 2) {
        return true;
    }
    uint32_t room = races->room ? races->room * 2 : FIRST_ROOM;
    uint64_t *more = arena_alloc(room * sizeof *more);
    if (!more) {
        return false;
    }
    for (uint32_t i = 0; i < races->room; i++) {
        if (races->seen[i]) {
            *slot_in(more, room, races->seen[i]) = races->seen[i];
        }
    }
    arena_free(races->seen, races->room * sizeof *races->seen);
    races->seen = more;
    races->room = room;
    return true;
}

static uint64_t hash_of(uint64_t a, uint64_t b, uint64_t kind) {
    uint64_t low = a < b ? a : b;
    uint64_t high = a < b ? b : a;
    return mix64(mix64(low + kind) + high) | 1;
}

static bool is_seen(const struct race_state *races, uint64_t hash) {
    return races->room && *slot_in(races->seen, races->room, hash);
}

/* Without memory it is not kept, and may be reported again. */
static void keep(struct race_state *races, uint64_t hash) {
    if (make_room(races)) {
        *slot_in(races->seen, races->room, hash) = hash;
        races->n++;
    }
}

enum novelty { DUPLICATE, NEW, UNWRITTEN };

/* Of one that is no duplicate: is there room for it? */
static enum novelty counted(struct race_state *races, uint64_t pair, uint64_t places) {
    bool is_full = races->reported >= (uint64_t)det.options.max_reports;
    if (!is_full || races->unwritten < RACES_COUNTED) {
        keep(races, pair);
        keep(races, places);
    }
    races->reported += !is_full;
    races->unwritten += is_full;
    return is_full ? UNWRITTEN : NEW;
}

/* Only what is counted is kept: a pair that found no room among the paths of its places never will. */
static enum novelty novelty_of(const struct access *a, uint64_t earlier) {
    struct race_state *races = &det.races;
    uint32_t other = record_site(earlier);
    uint64_t bits = (uint64_t)(context_access(a->site) | context_access(other)) << 56;
    uint64_t pair = hash_of(a->site, other, (uint64_t)1 << 55), places = 0;
    spin_lock(&races->lock);
    races->step++;
    bool wanted = !is_seen(races, pair);
    bool room = false; /* for one more path of this pair of places */
    for (uint64_t path = 0; wanted && path < RACE_PATHS && !room; path++) {
        places = hash_of(context_pc(a->site), context_pc(other), bits + (path << 48));
        room = !is_seen(races, places);
    }
    enum novelty novelty = wanted && room ? counted(races, pair, places) : DUPLICATE;
    spin_unlock(&races->lock);
    return novelty;
}

uint64_t race_found(void) {
    return det.races.step;
}

/* -- what it says --------------------------------------------------------------------------- */

static void write_access(const struct raw_access *raw, uint32_t site, uint32_t lockset) {
    writer_item(ITEM_ACCESS, ROLE_NONE, raw, sizeof *raw);
    writer_stack(ROLE_WHERE, site);
    writer_locks(lockset);
}

/* What lies there now. Most accesses are told before they are done: so it is what a reads, or is about to
 * overwrite. */
static void write_value(const struct access *a) {
    uint8_t bytes[ITEM_VALUE_BYTES];
    bool is_value = a->size <= sizeof bytes && (a->bits & (EV_FREE | EV_SYNC)) == 0;
    if (is_value && det.host->peek && det.host->peek(a->addr, bytes, a->size)) {
        writer_item(ITEM_VALUE, ROLE_NONE, bytes, a->size);
    }
}

/* The earlier access: its whole extent where the site knows the size, else the bytes remembered. */
static struct raw_access describe_earlier(const struct access *a, uint64_t rec, bool writes) {
    uint32_t site = record_site(rec);
    uint32_t size = context_size(site);
    /* Of several accesses from one place, which are one record, the one that a met. */
    uint32_t mask = size != 0 ? record_mask(rec) & a->mask : record_mask(rec);
    uint32_t first = (uint32_t)__builtin_ctz(mask);
    uintptr_t addr = a->granule + first;
    if (size >= 2) {
        addr &= ~(uintptr_t)(size - 1);
    } else if (size == 0) {
        size = 32 - (uint32_t)__builtin_clz(mask) - first;
    }
    uint32_t bits = context_access(site);
    if (site == 0) {
        bits = (writes ? EV_WRITE : EV_READ) | (record_is_atomic(rec) ? EV_ATOMIC : 0u);
    }
    return (struct raw_access){.addr = addr,
                               .size = size,
                               .access = bits,
                               .task = task_info(segment_at(record_segment(rec))->task)->serial};
}

static bool have_common_lock(uint32_t a, uint32_t b) {
    for (const struct lockset_node *x = lockset_at(a); x; x = lockset_at(x->without)) {
        for (const struct lockset_node *y = lockset_at(b); y; y = lockset_at(y->without)) {
            if (x->held.lock == y->held.lock) {
                return true;
            }
        }
    }
    return false;
}

static bool has_published(const struct segment *earlier) {
    const struct task_info *info = task_info(earlier->task);
    if (info->became) { /* the last epoch of the old number is published with the first of the new */
        const struct task_info *now = task_info(info->became);
        return earlier->at < info->last_at || now->became ||
               (now->live && follow_published_since(now->live, now->first_at));
    }
    /* An ended task's last epoch is not kept; ending publishes nothing by itself. */
    return info->live && follow_published_since(info->live, earlier->at);
}

static void write_order(const struct access *a, const struct segment *earlier, uint32_t lockset,
                        bool follows) {
    const struct task_info *info = task_info(earlier->task);
    uint32_t known = clock_get(&a->t->clock, earlier->task);
    struct raw_order raw = {
        .a_published = has_published(earlier),
        .b_knows_a = known >= info->first_at && known > clock_get(&a->t->born, earlier->task),
        .common_lock = have_common_lock(earlier->lockset, lockset),
        .follows = follows,
        .b_slept = a->t->wait.kind == EV_WAIT_SLEEP && a->t->wait.since_ns != 0,
    };
    writer_item(ITEM_ORDER, ROLE_NONE, &raw, sizeof raw);
}

/* Of a record whose bytes were touched at several places, the part that a met. */
static uint64_t part_met(const struct access *a, uint64_t rec) {
    uint32_t bytes = record_mask(rec) & a->mask;
    uint32_t site = context_part(record_site(rec), &bytes);
    return site == record_site(rec) ? rec : record_make(site, bytes, record_segment(rec));
}

void race_report(const struct access *a, uint64_t met, bool earlier_writes) {
    uint64_t earlier = part_met(a, met);
    bool follows = follow_race(a, earlier, earlier_writes);
    enum novelty novelty = novelty_of(a, earlier);
    if (novelty != NEW) {
        limit_raise(novelty == UNWRITTEN ? LIMIT_UNWRITTEN : LIMIT_DUPLICATES);
        return;
    }
    if (det.blind) {
        return; /* an edge may be missing for want of memory: say nothing rather than lie */
    }
    const struct segment *segment = segment_at(record_segment(earlier));
    uint32_t lockset = segment_at(a->segment)->lockset;
    struct raw_access later = {.addr = a->addr,
                               .size = (uint32_t)a->size,
                               .access = a->bits,
                               .task = task_info(a->t->id)->serial};
    struct raw_access before = describe_earlier(a, earlier, earlier_writes);
    writer_begin_finding(RECORD_RACE, a->t->id);
    write_access(&later, a->site, lockset);
    write_value(a);
    write_access(&before, record_site(earlier), segment->lockset);
    writer_task(a->t->id, 1);
    writer_task(segment->task, 1);
    writer_families(a->t->id, segment->task);
    uintptr_t where = a->granule > a->addr ? a->granule : a->addr;
    whose_write(ROLE_NONE, a->t, where);
    writer_object(where);
    write_order(a, segment, lockset, follows);
    writer_end();
}
