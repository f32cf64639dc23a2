/* lockset.c - which locks did a task hold, and where had it taken them? */
#include "detector/lockset.h"

#include "detector/state.h"

#define FIRST_ROOM 4u

static const struct table_shape shape = {sizeof(struct lockset_node), 12, NUMBERS_LOCKSETS};

bool lockset_init(void) {
    det.locksets.recent = (uint64_t *)arena_reserve(LOCKSET_RECENT * sizeof(uint64_t));
    return det.locksets.recent != NULL;
}

static struct lockset_node *node_at(uint32_t number) {
    return table_at(&det.locksets.nodes, shape, number);
}

const struct lockset_node *lockset_at(uint32_t number) {
    return number ? node_at(number) : NULL;
}

uint64_t lockset_signature(uint32_t number) {
    return number ? node_at(number)->signature : 0;
}

static bool make_room(struct held_locks *held) {
    if (held->n < held->room) {
        return true;
    }
    struct held_locks more = {.n = held->n,
                              .room = held->room ? held->room * 2 : FIRST_ROOM,
                              .numbered = held->numbered,
                              .linked = held->linked,
                              .sum = held->sum,
                              .spare = held->spare,
                              .batch = held->batch};
    more.lock = arena_alloc(more.room * sizeof *more.lock);
    more.number = arena_alloc(more.room * sizeof *more.number);
    if (!more.lock || !more.number) {
        lockset_drop(&more);
        return false;
    }
    copy_bytes(more.lock, held->lock, held->n * sizeof *more.lock); /* n is room: all of it */
    copy_bytes(more.number, held->number, held->n * sizeof *more.number);
    lockset_drop(held);
    *held = more;
    return true;
}

static void remove_at(struct held_locks *held, uint32_t at) {
    held->n--;
    held->sum -= lockset_hash(&held->lock[at]);
    held->linked = held->linked < at ? held->linked : at;
    if (at < held->n) {
        for (uint32_t i = at; i < held->n; i++) {
            held->lock[i] = held->lock[i + 1];
        }
        held->numbered = held->numbered < at ? held->numbered : at;
    }
}

static bool same_lock(const struct held_lock *a, const struct held_lock *b) {
    return a->lock == b->lock && a->mode == b->mode && a->site == b->site;
}

void lockset_add(struct held_locks *held, struct held_lock lock) {
    bool reads = (lock.mode & EV_LOCK_READ) != 0;
    uint32_t again = 0;
    for (uint32_t i = held->n; i-- > 0;) {
        const struct held_lock *old = &held->lock[i];
        if (old->lock != lock.lock || (old->mode & EV_LOCK_READ) != (lock.mode & EV_LOCK_READ)) {
            continue;
        }
        again += same_lock(old, &lock);
        if (!reads || again == HELD_AGAIN_MOST) {
            remove_at(held, i);
            break;
        }
    }
    if (!make_room(held)) {
        return;
    }
    if (held->numbered > held->n && !same_lock(&held->lock[held->n], &lock)) {
        held->numbered = held->n;
    }
    held->lock[held->n++] = lock;
    held->sum += lockset_hash(&lock);
}

bool lockset_remove(struct held_locks *held, uintptr_t lock, uint32_t mode) {
    uint32_t found = held->n;
    for (uint32_t i = held->n; i-- > 0;) {
        if (held->lock[i].lock != lock) {
            continue;
        }
        bool same_mode = ((held->lock[i].mode ^ mode) & EV_LOCK_READ) == 0;
        if (found == held->n || same_mode) {
            found = i;
        }
        if (same_mode) {
            break;
        }
    }
    if (found == held->n) {
        return false; /* taken by another task and handed over, or before we watched */
    }
    remove_at(held, found);
    return true;
}

/* Up to n of those given back, as a list. */
static uint32_t take_freed(uint32_t n) {
    struct lockset_state *state = &det.locksets;
    if (__atomic_load_n(&state->free, __ATOMIC_RELAXED) == 0) { /* a hint */
        return 0;
    }
    spin_lock(&state->lock);
    uint32_t first = state->free, last = first;
    while (last && n-- > 1 && lockset_at(last)->without) {
        last = lockset_at(last)->without;
    }
    if (last) {
        struct lockset_node *node = node_at(last);
        state->free = node->without;
        node->without = 0;
    }
    spin_unlock(&state->lock);
    return first;
}

/* n that were never used, or one if there are not so many, as a list. */
static uint32_t take_fresh(uint32_t n) {
    uint32_t first = table_take_some(&det.locksets.nodes, shape, n);
    if (first == 0) {
        return n > 1 ? take_fresh(1) : 0;
    }
    for (uint32_t i = 1; i < n; i++) {
        node_at(first + i - 1)->without = first + i;
    }
    return first;
}

static uint32_t take_number(struct held_locks *held) {
    if (held->spare == 0) {
        held->batch = held->batch == 0 ? 1 : held->batch * 2;
        held->batch = held->batch < LOCKSET_BATCH ? held->batch : LOCKSET_BATCH;
        held->spare = take_freed(held->batch);
        held->spare = held->spare ? held->spare : take_fresh(held->batch);
    }
    uint32_t number = held->spare;
    held->spare = number ? lockset_at(number)->without : 0;
    return number;
}

/* A number of the set `without` and `held`. Two threads may make two for one set, which is only a node
 * more. */
static uint32_t number_of(struct held_locks *held, uint32_t without, const struct held_lock *lock) {
    uint64_t hash = mix64(lock->lock + mix64((uint64_t)lock->site << 32 | without));
    uint64_t *recent = &det.locksets.recent[hash % LOCKSET_RECENT];
    uint64_t seen = load_acquire(recent); /* pairs with the store below: the node is there */
    if ((seen ^ hash) >> 32 == 0 && (uint32_t)seen) {
        const struct lockset_node *node = lockset_at((uint32_t)seen);
        if (node->without == without && same_lock(&node->held, lock)) {
            return (uint32_t)seen;
        }
    }
    uint32_t fresh = take_number(held);
    if (fresh == 0) {
        return without;
    }
    *node_at(fresh) =
        (struct lockset_node){.held = *lock,
                              .without = without,
                              .signature = lockset_signature(without) | lockset_bit(lock->lock)};
    __atomic_store_n(recent, (hash & ~(uint64_t)UINT32_MAX) | fresh, __ATOMIC_RELEASE);
    return fresh;
}

bool lockset_seen(const struct held_locks *held, uintptr_t lock, struct held_lock *seen) {
    const struct held_lock *locks = __atomic_load_n(&held->lock, __ATOMIC_ACQUIRE);
    uint32_t n = __atomic_load_n(&held->n, __ATOMIC_ACQUIRE);
    uint32_t room = __atomic_load_n(&held->room, __ATOMIC_ACQUIRE);
    for (uint32_t i = 0; locks && n <= room && i < n; i++) {
        *seen = locks[i];
        if (seen->lock == lock) {
            return true;
        }
    }
    *seen = (struct held_lock){0};
    return false;
}

uint32_t lockset_number(struct held_locks *held) {
    for (uint32_t i = held->numbered; i < held->n; i++) {
        held->number[i] = number_of(held, i ? held->number[i - 1] : 0, &held->lock[i]);
    }
    held->numbered = held->numbered > held->n ? held->numbered : held->n;
    return held->n ? held->number[held->n - 1] : 0;
}

void lockset_drop(struct held_locks *held) {
    arena_free(held->lock, held->room * sizeof *held->lock);
    arena_free(held->number, held->room * sizeof *held->number);
    *held = (struct held_locks){0};
}

/* -- numbers used again --------------------------------------------------------------------- */

uint32_t lockset_last(void) {
    uint64_t next = det.locksets.nodes.next;
    return next < shape.limit ? (uint32_t)next : (uint32_t)shape.limit - 1;
}

void lockset_mark(struct marks *needed, uint32_t number) {
    while (number && !marks_has(needed, number)) {
        marks_set(needed, number);
        number = lockset_at(number)->without;
    }
}

void lockset_mark_held(struct marks *needed, const struct held_locks *held) {
    for (uint32_t i = 0; i < held->numbered; i++) {
        lockset_mark(needed, held->number[i]);
    }
    for (uint32_t at = held->spare; at; at = lockset_at(at)->without) {
        marks_set(needed, at);
    }
}

void lockset_sweep(const struct marks *needed) {
    struct lockset_state *state = &det.locksets;
    state->free = 0;
    for (uint32_t i = marks_next(needed, 1, false); i <= needed->last;
         i = marks_next(needed, i + 1, false)) {
        if (table_has(&state->nodes, shape, i)) {
            struct lockset_node *node = table_at(&state->nodes, shape, i);
            *node = (struct lockset_node){.without = state->free};
            state->free = i;
        }
    }
    zero_bytes(state->recent, LOCKSET_RECENT * sizeof *state->recent);
}
