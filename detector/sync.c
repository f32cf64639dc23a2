/* sync.c - what does a synchronisation object know? */
#include "detector/sync.h"

#include "detector/core.h"
#include "detector/state.h"

#define PAGE             ((uintptr_t)BASE_PAGE)
#define FIRST_ROOM       8u
#define NS_SECOND        ((int64_t)1000000000)
#define SCAN_SHARDS_FROM ((size_t)64 << 20) /* dropping more than this looks at every object */

/* -- table ---------------------------------------------------------------------------------- */

static struct sync_shard *shard_of(uintptr_t key) {
    return &det.syncs.shards[sync_hash(key) % SYNC_SHARDS];
}

static uint32_t *page_count(uintptr_t key) {
    uintptr_t page = key / PAGE;
    return &det.syncs.in_page[(page ^ page >> 20) % SYNC_PAGE_COUNTS];
}

struct sync_shard *sync_lock(uintptr_t key) {
    struct sync_shard *shard = shard_of(key);
    spin_lock(&shard->lock);
    return shard;
}

static bool make_room(struct sync_shard *shard) {
    if (shard->n < shard->room) {
        return true;
    }
    struct sync_shard more = {.room = shard->room ? shard->room * 2 : FIRST_ROOM};
    more.buckets = arena_alloc(more.room * sizeof *more.buckets);
    if (!more.buckets) {
        return shard->room > 0;
    }
    for (uint32_t i = 0; i < shard->room; i++) {
        struct sync *x = shard->buckets[i];
        while (x) {
            struct sync *next = x->next;
            struct sync **bucket = sync_bucket(&more, x->key);
            x->next = *bucket;
            *bucket = x;
            x = next;
        }
    }
    arena_free(shard->buckets, shard->room * sizeof *shard->buckets);
    shard->buckets = more.buckets;
    shard->room = more.room;
    return true;
}

struct sync *sync_make(struct sync_shard *shard, uintptr_t key) {
    struct sync *x = make_room(shard) ? arena_alloc(sizeof *x) : NULL;
    if (!x) {
        limit_blind();
        return NULL;
    }
    struct sync **bucket = sync_bucket(shard, key);
    x->key = key;
    x->next = *bucket;
    *bucket = x;
    shard->n++;
    /* Relaxed: see shadow_count_sets. */
    __atomic_fetch_add(page_count(key), 1, __ATOMIC_RELAXED);
    return x;
}

static void drop(struct sync_shard *shard, struct sync **link) {
    struct sync *x = *link;
    *link = x->next;
    shard->n--;
    __atomic_fetch_sub(page_count(x->key), 1, __ATOMIC_RELAXED);
    sync_forget_heads(x);
    clock_drop(&x->clock);
    if (__builtin_expect(x->must != 0, 0) && must_drop(x)) {
        lockorder_forget(x->key);
    }
    arena_free(x, sizeof *x);
}

static void drop_in_bucket(struct sync_shard *shard, struct sync **link, uintptr_t lo,
                           uintptr_t hi) {
    while (*link) {
        if ((*link)->key >= lo && (*link)->key < hi) {
            drop(shard, link);
        } else {
            link = &(*link)->next;
        }
    }
}

static void drop_line(uintptr_t line, uintptr_t lo, uintptr_t hi) {
    struct sync_shard *shard = sync_lock(line);
    if (shard->room) {
        drop_in_bucket(shard, sync_bucket(shard, line), lo, hi);
    }
    sync_unlock(shard);
}

static void drop_everywhere(uintptr_t lo, uintptr_t hi) {
    for (uint32_t i = 0; i < SYNC_SHARDS; i++) {
        struct sync_shard *shard = &det.syncs.shards[i];
        spin_lock(&shard->lock);
        for (uint32_t j = 0; shard->n && j < shard->room; j++) {
            drop_in_bucket(shard, &shard->buckets[j], lo, hi);
        }
        spin_unlock(&shard->lock);
    }
}

void sync_drop_range(uintptr_t addr, size_t size) {
    uintptr_t hi = addr + size;
    if (size >= SCAN_SHARDS_FROM) {
        drop_everywhere(addr, hi);
        return;
    }
    for (uintptr_t page = addr & ~(PAGE - 1); page < hi; page += PAGE) {
        if (__atomic_load_n(page_count(page), __ATOMIC_RELAXED) == 0) {
            continue;
        }
        uintptr_t lo = page > addr ? page : addr & ~(SYNC_LINE - 1);
        for (uintptr_t line = lo; line < hi && line < page + PAGE; line += SYNC_LINE) {
            drop_line(line, addr, hi);
        }
    }
}

/* -- clocks of an object -------------------------------------------------------------------- */

void sync_forget_heads(struct sync *x) {
    for (uint32_t i = 0; x->heads && i < x->heads->n; i++) {
        clock_drop(&x->heads->part[i]);
    }
    arena_free(x->heads, sizeof *x->heads);
    x->heads = NULL;
    x->head = 0;
}

void sync_set(struct sync *x, const struct clock *from, uint32_t by) {
    if (x->clock.root == from->root) { /* as when only the epoch rose: no hold changes hands */
        clock_assign(&x->clock, from);
    } else {
        struct clock old = x->clock;
        clock_copy(&x->clock, from);
        clock_drop(&old);
    }
    x->known_by = by;
}

void sync_add(struct sync *x, const struct clock *from, uint32_t by) {
    if (by && x->known_by == by) {
        sync_set(x, from, by);
        return;
    }
    clock_merge(&x->clock, from);
    x->known_by = 0;
}

void sync_take(struct det_task *t, struct sync *x) {
    if (x && x->known_by != t->id) {
        task_learn(t, &x->clock);
        x->known_by = t->id;
    }
}

/* -- numbers given out again ---------------------------------------------------------------- */

static void forget_heads(struct sync *x, const struct marks *needed) {
    struct sequence *s = x->heads;
    x->head = marks_has(needed, x->head) ? x->head : 0;
    for (uint32_t i = 0; s && i < s->n;) {
        clock_forget(&s->part[i], needed);
        if (marks_has(needed, s->task[i])) {
            i++;
            continue;
        }
        /* An ended task never stores again: its part alone is of no use. */
        clock_drop(&s->part[i]);
        s->n--;
        s->task[i] = s->task[s->n];
        s->part[i] = s->part[s->n];
        s->part[s->n] = (struct clock){0};
    }
}

static void rename_heads(struct sync *x, uint32_t old, uint32_t now) {
    x->known_by = x->known_by == old ? now : x->known_by;
    x->head = x->head == old ? now : x->head;
    if (sync_is_held_by(x, old)) {
        sync_taken_by(x, now);
    }
    for (uint32_t i = 0; x->heads && i < x->heads->n; i++) {
        if (x->heads->task[i] == old) {
            x->heads->task[i] = now;
        }
    }
}

/* What an object is whose memory is over, and was a second ago: gone. now: in seconds, not 0. */
static bool is_gone(struct sync *x, uint32_t now) {
    if (!heap_is_over(x->key)) {
        x->over_since = 0;
    } else if (x->over_since == 0) {
        x->over_since = now;
    }
    return x->over_since != 0 && now - x->over_since > 1; /* 1 may be less than a second */
}

static void drop_gone(struct sync_shard *shard, struct sync **link, uint32_t now) {
    while (*link) {
        if (is_gone(*link, now)) {
            drop(shard, link);
        } else {
            link = &(*link)->next;
        }
    }
}

static struct sync *first_in(uint32_t shard, uint32_t bucket) {
    const struct sync_shard *s = &det.syncs.shards[shard];
    return bucket < s->room ? s->buckets[bucket] : NULL;
}

uint64_t sync_forget(const struct marks *needed) {
    uint64_t n = 0;
    uint32_t now = (uint32_t)(det.host->monotonic_ns() / NS_SECOND) + 1;
    for (uint32_t i = 0; i < SYNC_SHARDS; i++) {
        struct sync_shard *shard = &det.syncs.shards[i];
        for (uint32_t j = 0; j < shard->room; j++) {
            drop_gone(shard, &shard->buckets[j], now);
            for (struct sync *x = shard->buckets[j]; x; x = x->next) {
                clock_forget(&x->clock, needed);
                x->left = (struct sync_left){0};
                x->known_by = marks_has(needed, x->known_by) ? x->known_by : 0;
                forget_heads(x, needed);
                must_forget(x, needed);
                n++;
            }
        }
    }
    return n;
}

void sync_renamed(uint32_t old, uint32_t now) {
    for (uint32_t i = 0; i < SYNC_SHARDS; i++) {
        for (uint32_t j = 0; j < det.syncs.shards[i].room; j++) {
            for (struct sync *x = first_in(i, j); x; x = x->next) {
                rename_heads(x, old, now);
                must_rename(x, old, now);
            }
        }
    }
}

/* -- events --------------------------------------------------------------------------------- */

/* Without the lock: what is read may be out of date, and is only asked for. */
void det_expect(uintptr_t sync) {
    const struct sync_shard *shard = shard_of(sync);
    struct sync *const *buckets = __atomic_load_n(&shard->buckets, __ATOMIC_RELAXED);
    uint32_t room = __atomic_load_n(&shard->room, __ATOMIC_RELAXED);
    __builtin_prefetch(hot_block(sync));
    if (room) {
        __builtin_prefetch((const char *)buckets + sync_bucket_of(sync, room) * sizeof *buckets);
    }
}

void det_acquire(struct det_task *t, uintptr_t sync) {
    if (t && task_enter(t)) {
        struct sync_shard *shard = sync_lock(sync);
        struct sync *x = sync_find(shard, sync);
        if (must_is_on() && x) {
            must_take(t, x);
        }
        sync_take(t, x);
        sync_unlock(shard);
        task_leave(t);
    }
}

static void release(struct det_task *t, uintptr_t sync, bool merge) {
    if (!t || !task_enter(t)) {
        return;
    }
    struct sync_shard *shard = sync_lock(sync);
    struct sync *x = sync_get(shard, sync);
    if (x) {
        if (must_is_on()) {
            must_tell(t);
        }
        struct clock now = task_publication(t);
        if (merge) {
            sync_add(x, &now, t->id);
        } else {
            x->left = (struct sync_left){0};
            sync_set(x, &now, t->id);
        }
    }
    sync_unlock(shard);
    task_published(t);
    task_leave(t);
}

void det_release(struct det_task *t, uintptr_t sync) {
    release(t, sync, false);
}

void det_release_merge(struct det_task *t, uintptr_t sync) {
    release(t, sync, true);
}

void det_release_acquire(struct det_task *t, uintptr_t sync) {
    if (!t || !task_enter(t)) {
        return;
    }
    struct sync_shard *shard = sync_lock(sync);
    struct sync *x = sync_get(shard, sync);
    struct clock old = x ? x->clock : (struct clock){0};
    if (x && must_is_on()) {
        must_tell(t);
        must_take(t, x);
    }
    if (x) {
        struct clock now = task_publication(t);
        clock_copy(&x->clock, &now);
        x->known_by = t->id;
        x->left = (struct sync_left){0};
    }
    sync_unlock(shard);
    task_published(t); /* before learning: what was deposited does not contain it [HB-CH-06] */
    task_learn(t, &old);
    clock_drop(&old);
    task_leave(t);
}

void det_meet(struct det_task *a, struct det_task *b) {
    if (!a || !b || a == b || !task_enter(a)) {
        return;
    }
    if (task_enter_too(b)) {
        struct clock of_a = task_publication(a); /* borrowed: a's tree stays until it learns */
        if (must_is_on()) {
            must_tell(a);
            must_tell(b);
            must_learn(b, &of_a);
        }
        task_published(a);
        task_learn(b, &of_a);
        struct clock of_b = task_publication(b);
        task_published(b);
        if (must_is_on()) {
            must_learn(a, &of_b);
        }
        task_learn(a, &of_b);
        task_leave(b);
    }
    task_leave(a);
}
