/* sync.c - what does a synchronisation object know? */
#include "detector/sync.h"

#include "detector/core.h"
#include "detector/state.h"

#define PAGE             ((uintptr_t)BASE_PAGE)
#define NS_SECOND        ((int64_t)1000000000)
#define SCAN_SHARDS_FROM ((size_t)64 << 20) /* dropping more than this looks at every object */

/* -- table ---------------------------------------------------------------------------------- */

/* Of the line of key. The highest bits are the number of its bucket, and the first of those that of the shard: that
 * stays the same when there are more buckets. */
static uint64_t hash_of(uintptr_t key) {
    return key / SYNC_LINE * 0x9e3779b97f4a7c15u;
}

static struct sync_shard *shard_of(uintptr_t key) {
    return &det.syncs.shards[hash_of(key) >> (64 - SYNC_SHARD_BITS)];
}

static struct sync **bucket_of(struct sync_table *table, uintptr_t key) {
    return &table->bucket[hash_of(key) >> (64 - table->bits)];
}

static uint32_t room_of(const struct sync_table *table) {
    return table ? 1u << table->bits : 0;
}

static uint32_t *page_count(uintptr_t key) {
    uintptr_t page = key / PAGE;
    return &det.syncs.in_page[(page ^ page >> 20) % SYNC_PAGE_COUNTS];
}

static size_t bytes_of(uint32_t room) {
    return sizeof(struct sync_table) + room * sizeof(struct sync *);
}

/* All shards are locked. Who looks meanwhile may go astray. */
static void move_to(struct sync_table *more, struct sync_table *table) {
    for (uint32_t i = 0; i < room_of(table); i++) {
        struct sync *x = table->bucket[i];
        while (x) {
            struct sync *next = x->next;
            struct sync **bucket = bucket_of(more, x->key);
            __atomic_store_n(&x->next, *bucket, __ATOMIC_RELEASE);
            *bucket = x;
            x = next;
        }
    }
    more->before = table;
    __atomic_store_n(&det.syncs.table, more, __ATOMIC_RELEASE);
}

static bool is_full(void) {
    return __atomic_load_n(&det.syncs.n, __ATOMIC_RELAXED) >=
           room_of(__atomic_load_n(&det.syncs.table, __ATOMIC_ACQUIRE));
}

static DET_COLD void make_room(void) {
    for (uint32_t i = 0; i < SYNC_SHARDS; i++) {
        spin_lock(&det.syncs.shards[i].lock);
    }
    struct sync_table *table = det.syncs.table;
    uint32_t bits = table ? table->bits + 1 : SYNC_SHARD_BITS;
    struct sync_table *more = is_full() ? arena_alloc(bytes_of(1u << bits)) : NULL;
    if (more) {
        more->bits = bits;
        move_to(more, table);
    }
    for (uint32_t i = 0; i < SYNC_SHARDS; i++) {
        spin_unlock(&det.syncs.shards[i].lock);
    }
}

/* Without a lock. NULL does not say that there is none. */
static struct sync *seek(uintptr_t key) {
    struct sync_table *table = __atomic_load_n(&det.syncs.table, __ATOMIC_ACQUIRE);
    struct sync *x = table ? __atomic_load_n(bucket_of(table, key), __ATOMIC_ACQUIRE) : NULL;
    while (x && __atomic_load_n(&x->key, __ATOMIC_RELAXED) != key) {
        x = __atomic_load_n(&x->next, __ATOMIC_ACQUIRE);
    }
    return x;
}

/* The shard is locked. */
static struct sync *find(uintptr_t key) {
    struct sync_table *table = det.syncs.table;
    struct sync *x = table ? *bucket_of(table, key) : NULL;
    while (x && x->key != key) {
        x = x->next;
    }
    if (x) {
        spin_lock(&x->lock);
    }
    return x;
}

static DET_COLD struct sync *open_slowly(uintptr_t key, struct sync_shard **held) {
    struct sync_shard *shard = shard_of(key);
    if (is_full()) {
        make_room();
    }
    spin_lock(&shard->lock);
    struct sync *x = find(key);
    *held = x ? NULL : shard;
    if (x) {
        spin_unlock(&shard->lock);
    }
    return x;
}

/* One that is dropped, or made anew for another key, until it is locked is no longer the one that was meant. */
static struct sync *open_fast(uintptr_t key) {
    struct sync *x = seek(key);
    if (__builtin_expect(x != NULL, 1)) {
        spin_lock(&x->lock);
        if (__builtin_expect(x->key == key, 1)) {
            return x;
        }
        spin_unlock(&x->lock);
    }
    return NULL;
}

void sync_note_holder(uintptr_t key, uint32_t t) {
    struct sync *x = open_fast(key);
    if (x) {
        sync_taken_by(x, t);
    }
    sync_close(x);
}

#define LOOKS_AT_MOST 256u /* at one that somebody works with */

/* Locked, whatever its key is by now; NULL: it is not found, or not let go for long. */
static struct sync *open_soon(uintptr_t key) {
    struct sync *x = seek(key);
    uint32_t turns = 0;
    while (x && !spin_try(&x->lock)) {
        if (turns == LOOKS_AT_MOST) {
            return NULL;
        }
        spin_pause(&turns);
    }
    return x;
}

bool sync_has_lost(uint32_t t, uintptr_t lock, uint32_t mode) {
    struct sync *x = (mode & EV_LOCK_READ) == 0 ? open_soon(lock) : NULL;
    bool was_let_go = x && x->passed_on && (mode & EV_LOCK_IS_MUTEX) == 0;
    bool lost = x && x->key == lock && x->holder != t && (x->holder != 0 || was_let_go);
    sync_close(x);
    return lost;
}

struct sync *sync_open_or_hold(uintptr_t key, struct sync_shard **shard) {
    struct sync *x = open_fast(key);
    *shard = NULL;
    return __builtin_expect(x != NULL, 1) ? x : open_slowly(key, shard);
}

struct sync *sync_open(uintptr_t key) {
    struct sync_shard *shard;
    struct sync *x = sync_open_or_hold(key, &shard);
    if (__builtin_expect(shard != NULL, 0)) {
        spin_unlock(&shard->lock);
    }
    return x;
}

struct sync *sync_open_or_make(uintptr_t key) {
    struct sync_shard *shard;
    struct sync *x = sync_open_or_hold(key, &shard);
    if (__builtin_expect(shard != NULL, 0)) {
        x = sync_make(shard, key);
        spin_unlock(&shard->lock);
    }
    return x;
}

static struct sync *take_spare(struct sync_shard *shard) {
    struct sync *x = shard->dropped;
    if (!x) {
        return arena_alloc(sizeof *x);
    }
    shard->dropped = x->next;
    return x;
}

struct sync *sync_make(struct sync_shard *shard, uintptr_t key) {
    struct sync *x = det.syncs.table ? take_spare(shard) : NULL;
    if (!x) {
        limit_blind();
        return NULL;
    }
    struct sync **bucket = bucket_of(det.syncs.table, key);
    spin_lock(&x->lock); /* who saw it before it was dropped may hold it for a moment */
    __atomic_store_n(&x->next, *bucket, __ATOMIC_RELEASE);
    __atomic_store_n(&x->key, key, __ATOMIC_RELAXED);
    __atomic_store_n(bucket, x, __ATOMIC_RELEASE);
    /* Relaxed: see shadow_count_sets. */
    __atomic_fetch_add(&det.syncs.n, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(page_count(key), 1, __ATOMIC_RELAXED);
    return x;
}

/* All but its lock, and what leads on from it: somebody may be on the way. */
static void clear(struct sync *x) {
    sync_forget_heads(x);
    clock_drop(&x->clock);
    x->known_by = 0;
    x->left = (struct sync_left){0};
    x->holder = 0;
    x->passed_on = 0;
    x->must = 0;
    x->over_since = 0;
}

static void drop(struct sync_shard *shard, struct sync **link) {
    struct sync *x = *link;
    uintptr_t key = x->key;
    spin_lock(&x->lock);
    __atomic_store_n(link, x->next, __ATOMIC_RELEASE);
    __atomic_fetch_sub(&det.syncs.n, 1, __ATOMIC_RELAXED);
    __atomic_fetch_sub(page_count(key), 1, __ATOMIC_RELAXED);
    if (__builtin_expect(x->must != 0, 0) && must_drop(x)) {
        lockorder_forget(key);
    }
    clear(x);
    __atomic_store_n(&x->key, 0, __ATOMIC_RELAXED);
    spin_unlock(&x->lock);
    __atomic_store_n(&x->next, shard->dropped, __ATOMIC_RELEASE);
    shard->dropped = x;
}

/* Nobody else is in the core, so nobody is looking. */
static void free_what_was(void) {
    for (uint32_t i = 0; i < SYNC_SHARDS; i++) {
        while (det.syncs.shards[i].dropped) {
            struct sync *x = det.syncs.shards[i].dropped;
            det.syncs.shards[i].dropped = x->next;
            arena_free(x, sizeof *x);
        }
    }
    struct sync_table *table = det.syncs.table;
    while (table && table->before) {
        struct sync_table *before = table->before;
        table->before = before->before;
        arena_free(before, bytes_of(room_of(before)));
    }
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
    struct sync_shard *shard = shard_of(line);
    spin_lock(&shard->lock);
    if (det.syncs.table) {
        drop_in_bucket(shard, bucket_of(det.syncs.table, line), lo, hi);
    }
    spin_unlock(&shard->lock);
}

static void drop_everywhere(uintptr_t lo, uintptr_t hi) {
    for (uint32_t i = 0; i < SYNC_SHARDS; i++) {
        struct sync_shard *shard = &det.syncs.shards[i];
        spin_lock(&shard->lock);
        struct sync_table *table = det.syncs.table;
        uint32_t each = room_of(table) / SYNC_SHARDS;
        for (uint32_t j = i * each; j < (i + 1) * each; j++) {
            drop_in_bucket(shard, &table->bucket[j], lo, hi);
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

static void drop_gone(struct sync **link, uint32_t now) {
    while (*link) {
        if (is_gone(*link, now)) {
            drop(shard_of((*link)->key), link);
        } else {
            link = &(*link)->next;
        }
    }
}

uint64_t sync_forget(const struct marks *needed) {
    uint64_t n = 0;
    uint32_t now = (uint32_t)(det.host->monotonic_ns() / NS_SECOND) + 1;
    struct sync_table *table = det.syncs.table;
    for (uint32_t i = 0; i < room_of(table); i++) {
        drop_gone(&table->bucket[i], now);
        for (struct sync *x = table->bucket[i]; x; x = x->next) {
            clock_forget(&x->clock, needed);
            x->left = (struct sync_left){0};
            x->known_by = marks_has(needed, x->known_by) ? x->known_by : 0;
            forget_heads(x, needed);
            must_forget(x, needed);
            n++;
        }
    }
    free_what_was();
    return n;
}

void sync_renamed(uint32_t old, uint32_t now) {
    struct sync_table *table = det.syncs.table;
    for (uint32_t i = 0; i < room_of(table); i++) {
        for (struct sync *x = table->bucket[i]; x; x = x->next) {
            rename_heads(x, old, now);
            must_rename(x, old, now);
        }
    }
}

/* -- events --------------------------------------------------------------------------------- */

/* What is read may be out of date, and is only asked for. */
void det_expect(uintptr_t sync) {
    struct sync_table *table = __atomic_load_n(&det.syncs.table, __ATOMIC_ACQUIRE);
    __builtin_prefetch(hot_block(sync));
    if (table) {
        __builtin_prefetch(bucket_of(table, sync));
    }
}

void det_acquire(struct det_task *t, uintptr_t sync) {
    if (t && task_enter(t)) {
        struct sync *x = sync_open(sync);
        if (must_is_on() && x) {
            must_take(t, x);
        }
        sync_take(t, x);
        sync_close(x);
        task_leave(t);
    }
}

static void release(struct det_task *t, uintptr_t sync, bool merge) {
    if (!t || !task_enter(t)) {
        return;
    }
    struct sync *x = sync_open_or_make(sync);
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
    sync_close(x);
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
    struct sync *x = sync_open_or_make(sync);
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
    sync_close(x);
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
