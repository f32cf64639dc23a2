/* blockers.c - who keeps a task of a leak waiting, and whom does it keep waiting? */
#include "detector/blockers.h"

#include "detector/core.h"
#include "detector/once.h"
#include "detector/state.h"

#define TOLD_AT_MOST (1u + BLOCKERS_CHAIN + BLOCKERS_READERS + 1u + BLOCKERS_LOCKS)

/* Who was written into this record, and who is to be. */
struct telling {
    uint32_t told[TOLD_AT_MOST], n_told;
    uint32_t wanting[BLOCKERS_LOCKS], n_wanting;
};

static const struct det_task *live_task(uint32_t number) {
    return __atomic_load_n(&task_info(number)->live, __ATOMIC_ACQUIRE);
}

bool blockers_wait_of(uint32_t number, struct task_wait *wait) {
    const struct det_task *live = live_task(number);
    if (!live || !__atomic_load_n(&live->wait.active, __ATOMIC_ACQUIRE) || live->id != number) {
        return false;
    }
    *wait = live->wait;
    wait->endless = wait->endless && !wait_ends_by_time(wait);
    return true;
}

static uint32_t looked_at(void) {
    uint32_t n = task_count();
    return n < BLOCKERS_LOOKED_AT ? n : BLOCKERS_LOOKED_AT;
}

/* -- who waits for what ----------------------------------------------------------------------- */

static bool waits_for(uint32_t number, uintptr_t lock, bool to_write) {
    const struct det_task *live = live_task(number);
    return live && __atomic_load_n(&live->wait.active, __ATOMIC_ACQUIRE) && live->id == number &&
           live->wait.objects[0] == lock && wait_is_for_lock(live->wait.kind) &&
           !(to_write && wait_is_to_read(live->wait.kind));
}

/* The first one but `number` who waits for the lock, or to write under it; 0: none. */
static uint32_t who_waits_for(uintptr_t lock, uint32_t number, bool to_write) {
    for (uint32_t i = 1; i <= looked_at(); i++) {
        if (i != number && waits_for(i, lock, to_write)) {
            return i;
        }
    }
    return 0;
}

/* What task `number` has of the lock, or of the once, copied; false: nothing. */
static bool has(uint32_t number, uintptr_t lock, struct held_lock *held) {
    const struct det_task *live = live_task(number);
    const struct held_locks *runs = live ? once_runs(live) : NULL;
    return live &&
           (lockset_seen(&live->held, lock, held) || (runs && lockset_seen(runs, lock, held))) &&
           !sync_has_lost(number, lock, held->mode);
}

/* -- telling ---------------------------------------------------------------------------------- */

/* False: he was told before, or there is no more room. */
static bool is_new(struct telling *to, uint32_t number) {
    for (uint32_t i = 0; i < to->n_told; i++) {
        if (to->told[i] == number) {
            return false;
        }
    }
    if (to->n_told == TOLD_AT_MOST) {
        return false;
    }
    to->told[to->n_told++] = number;
    return true;
}

/* One who waits for ever, with that; others by their names. */
static void write_other(uint32_t number, const struct task_wait *wait) {
    if (wait) {
        writer_task_found(number, 1, RAW_TASK_WAITING);
        writer_wait(wait);
    } else {
        writer_task(number, 1);
    }
}

/* Of his own locks those that somebody waits for, he himself perhaps. */
static void write_own(struct telling *to, uint32_t number, const struct task_wait *wait,
                      const struct held_locks *all) {
    const struct held_lock *locks = all ? __atomic_load_n(&all->lock, __ATOMIC_ACQUIRE) : NULL;
    uint32_t n = all ? __atomic_load_n(&all->n, __ATOMIC_ACQUIRE) : 0;
    uint32_t room = all ? __atomic_load_n(&all->room, __ATOMIC_ACQUIRE) : 0;
    for (uint32_t i = 0;
         locks && i < n && i < BLOCKERS_OWN && n <= room && to->n_wanting < BLOCKERS_LOCKS; i++) {
        struct held_lock held = locks[i];
        if (!held.lock || sync_has_lost(number, held.lock, held.mode)) {
            continue;
        }
        bool own = wait_is_for_lock(wait->kind) && wait->objects[0] == held.lock;
        uint32_t who = who_waits_for(held.lock, number, false);
        if (own || who) {
            writer_lock(&held);
            to->wanting[to->n_wanting++] = who;
        }
    }
}

/* Readers do not say who they are: all are asked. A reader waits for them behind a writer. */
static void write_readers(struct telling *to, uint32_t number, const struct task_wait *wait) {
    uintptr_t lock = wait->objects[0];
    uint32_t readers = 0;
    for (uint32_t i = 1; i <= looked_at() && readers < BLOCKERS_READERS; i++) {
        struct held_lock held;
        struct task_wait next;
        if (i != number && has(i, lock, &held) && (held.mode & EV_LOCK_READ) != 0 &&
            is_new(to, i)) {
            write_other(i, blockers_wait_of(i, &next) && next.endless ? &next : NULL);
            writer_lock(&held);
            readers++;
        }
    }
    uint32_t writer = wait_is_to_read(wait->kind) ? who_waits_for(lock, number, true) : 0;
    struct task_wait next;
    if (writer && blockers_wait_of(writer, &next) && is_new(to, writer)) {
        write_other(writer, &next);
    }
}

/* Who has what the wait is for, taken as a whole; 0: nobody, as far as is known. */
static uint32_t holder_of(const struct task_wait *wait) {
    struct sync *x = sync_open(wait->objects[0]);
    uint32_t holder = x ? x->holder : 0;
    sync_close(x);
    return holder;
}

static void write_holders(struct telling *to, uint32_t number, const struct task_wait *wait) {
    struct task_wait at = *wait, next;
    for (uint32_t i = 0; i < BLOCKERS_CHAIN && wait_is_for_lock(at.kind); i++) {
        struct held_lock held;
        uint32_t holder = holder_of(&at);
        if (!holder || !has(holder, at.objects[0], &held)) {
            write_readers(to, number, &at);
            orphan_write(at.objects[0]);
            return;
        }
        if (!is_new(to, holder)) {
            return; /* it is a circle */
        }
        bool waits = blockers_wait_of(holder, &next) && next.endless;
        write_other(holder, waits ? &next : NULL);
        writer_lock(&held);
        if (!waits) {
            return;
        }
        at = next;
        number = holder;
    }
}

void blockers_write(uint32_t number, const struct task_wait *wait) {
    const struct det_task *live = live_task(number);
    struct telling to;
    zero_bytes(&to, sizeof to);
    if (!live) {
        return;
    }
    (void)is_new(&to, number);
    write_own(&to, number, wait, &live->held);
    write_own(&to, number, wait, once_runs(live));
    write_holders(&to, number, wait);
    for (uint32_t i = 0; i < to.n_wanting; i++) {
        struct task_wait other;
        uint32_t who = to.wanting[i];
        if (who && blockers_wait_of(who, &other) && is_new(&to, who)) {
            write_other(who, &other);
        }
    }
}
