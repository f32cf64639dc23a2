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
    uint32_t room = held->room ? held->room * 2 : FIRST_ROOM;
    struct held_lock *more = arena_alloc(room * sizeof *more);
    if (!more) {
        return false;
    }
    copy_bytes(more, held->lock, held->n * sizeof *more);
    arena_free(held->lock, held->room * sizeof *more);
    held->lock = more;
    held->room = room;
    return true;
}

void lockset_add(struct held_locks *held, struct held_lock lock) {
    if (make_room(held)) {
        held->lock[held->n++] = lock;
        held->stale = true;
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
    for (uint32_t i = found + 1; i < held->n; i++) {
        held->lock[i - 1] = held->lock[i];
    }
    held->n--;
    held->stale = true;
}

static bool same_lock(const struct held_lock *a, const struct held_lock *b) {
    return a->lock == b->lock && a->mode == b->mode && a->site == b->site;
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
    if (held->stale) {
        uint32_t number = 0;
        for (uint32_t i = 0; i < held->n; i++) {
            number = intern(number, &held->lock[i]);
        }
        held->lockset = number;
        held->stale = false;
    }
    return held->lockset;
}

void lockset_drop(struct held_locks *held) {
    arena_free(held->lock, held->room * sizeof *held->lock);
    *held = (struct held_locks){0};
}
