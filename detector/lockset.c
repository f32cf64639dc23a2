/* lockset.c - which locks did a task hold, and where had it taken them? */
#include "detector/lockset.h"

#include "detector/state.h"

#define FIRST_ROOM 4u

static const struct table_shape shape = {sizeof(struct lockset_node), 12, (uint64_t)1 << 27};

const struct lockset_node *lockset_at(uint32_t number) {
    return number ? table_at(&det.locksets.nodes, shape, number) : NULL;
}

static bool make_room(struct held_locks *held) {
    if (held->n < held->room) {
        return true;
    }
    struct held_locks more = {
        .n = held->n, .room = held->room ? held->room * 2 : FIRST_ROOM, .numbered = held->numbered};
    more.lock = arena_alloc(more.room * sizeof *more.lock);
    more.number = arena_alloc(more.room * sizeof *more.number);
    if (!more.lock || !more.number) {
        lockset_drop(&more);
        return false;
    }
    copy_bytes(more.lock, held->lock, held->n * sizeof *more.lock);
    copy_bytes(more.number, held->number, held->n * sizeof *more.number);
    lockset_drop(held);
    *held = more;
    return true;
}

static void remove_at(struct held_locks *held, uint32_t at) {
    for (uint32_t i = at + 1; i < held->n; i++) {
        held->lock[i - 1] = held->lock[i];
    }
    held->n--;
    held->numbered = held->numbered < at ? held->numbered : at;
}

static bool same_lock(const struct held_lock *a, const struct held_lock *b) {
    return a->lock == b->lock && a->mode == b->mode && a->site == b->site;
}

void lockset_add(struct held_locks *held, struct held_lock lock) {
    bool exclusive = (lock.mode & EV_LOCK_READ) == 0;
    for (uint32_t i = held->n; i-- > 0;) {
        const struct held_lock *old = &held->lock[i];
        bool was_exclusive = (old->mode & EV_LOCK_READ) == 0;
        if (same_lock(old, &lock) || (old->lock == lock.lock && exclusive && was_exclusive)) {
            remove_at(held, i);
            break;
        }
    }
    if (make_room(held)) {
        held->lock[held->n++] = lock;
    }
}

void lockset_remove(struct held_locks *held, uintptr_t lock, uint32_t mode) {
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
        return; /* taken by another task and handed over, or before we watched */
    }
    remove_at(held, found);
}

static uint32_t intern(uint32_t without, const struct held_lock *held) {
    struct lockset_state *state = &det.locksets;
    uint64_t hash = mix64(held->lock + mix64((uint64_t)held->site << 32 | without));
    spin_lock(&state->lock);
    if (!state->buckets) {
        state->buckets = (uint32_t *)arena_reserve(LOCKSET_BUCKETS * sizeof(uint32_t));
    }
    uint32_t number = state->buckets ? state->buckets[hash % LOCKSET_BUCKETS] : 0;
    while (number && !(lockset_at(number)->without == without &&
                       same_lock(&lockset_at(number)->held, held))) {
        number = lockset_at(number)->next;
    }
    if (number == 0 && state->buckets) {
        number = table_take(&state->nodes, shape);
        if (number) {
            struct lockset_node *node = table_at(&state->nodes, shape, number);
            *node = (struct lockset_node){
                .held = *held, .without = without, .next = state->buckets[hash % LOCKSET_BUCKETS]};
            state->buckets[hash % LOCKSET_BUCKETS] = number;
        }
    }
    spin_unlock(&state->lock);
    return number ? number : without;
}

uint32_t lockset_number(struct held_locks *held) {
    uint32_t number = held->numbered ? held->number[held->numbered - 1] : 0;
    for (uint32_t i = held->numbered; i < held->n; i++) {
        number = intern(number, &held->lock[i]);
        held->number[i] = number;
    }
    held->numbered = held->n;
    return number;
}

void lockset_drop(struct held_locks *held) {
    arena_free(held->lock, held->room * sizeof *held->lock);
    arena_free(held->number, held->room * sizeof *held->number);
    *held = (struct held_locks){0};
}
