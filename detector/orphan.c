/* orphan.c - whose lock is it, when who took it has ended? */
#include "detector/orphan.h"

#include "detector/core.h"
#include "detector/state.h"

_Static_assert(ORPHANS <= 64, "writer_state.orphans has a bit for each");

static void count(struct orphan_state *orphans) {
    uint64_t bits = 0;
    uint32_t of_threads = 0;
    for (uint32_t i = 0; i < ORPHANS; i++) {
        const struct orphan *orphan = &orphans->at[i];
        bits |= orphan->lock ? orphan_bit(orphan->lock) : 0;
        of_threads += orphan->lock && i < ORPHANS_OF_THREADS;
    }
    __atomic_store_n(&orphans->of_threads, of_threads, __ATOMIC_RELAXED);
    __atomic_store_n(&orphans->bits, bits, __ATOMIC_RELEASE);
}

static struct orphan *place_of_thread(struct orphan_state *orphans) {
    for (uint32_t i = 0; i < ORPHANS_OF_THREADS; i++) {
        if (orphans->at[i].lock == 0) {
            return &orphans->at[i];
        }
    }
    return NULL;
}

static struct orphan *place_of_goroutine(struct orphan_state *orphans) {
    return &orphans->at[ORPHANS_OF_THREADS + orphans->oldest++ % ORPHANS_OF_GOROUTINES];
}

void orphan_leave(const struct det_task *t, uint32_t thread) {
    if (__builtin_expect(t->held.n == 0, 1)) {
        return;
    }
    const struct task_info *info = task_info(t->id);
    struct orphan_state *orphans = &det.orphans;
    spin_lock(&orphans->lock);
    for (uint32_t i = 0; i < t->held.n; i++) {
        const struct held_lock *held = &t->held.lock[i];
        bool is_none =
            (held->mode & EV_LOCK_RECOVERS) != 0 || sync_has_lost(t->id, held->lock, held->mode);
        struct orphan *to = is_none                           ? NULL
                            : info->kind == EV_TASK_GOROUTINE ? place_of_goroutine(orphans)
                                                              : place_of_thread(orphans);
        if (to) {
            *to = (struct orphan){.lock = held->lock,
                                  .serial = info->serial,
                                  .user_id = info->user_id,
                                  .task = t->id,
                                  .thread = thread,
                                  .kind = info->kind,
                                  .mode = held->mode,
                                  .site = held->site,
                                  .in_parent = t->wait.in_parent};
        }
    }
    count(orphans);
    spin_unlock(&orphans->lock);
}

void orphan_forget(uintptr_t lock) {
    struct orphan_state *orphans = &det.orphans;
    spin_lock(&orphans->lock);
    for (uint32_t i = 0; i < ORPHANS; i++) {
        orphans->at[i].lock = orphans->at[i].lock == lock ? 0 : orphans->at[i].lock;
    }
    count(orphans);
    spin_unlock(&orphans->lock);
}

/* Which one it is, copied; ORPHANS: none. */
static uint32_t find(uintptr_t lock, struct orphan *orphan) {
    struct orphan_state *orphans = &det.orphans;
    if ((__atomic_load_n(&orphans->bits, __ATOMIC_ACQUIRE) & orphan_bit(lock)) == 0) {
        return ORPHANS;
    }
    uint32_t i = 0;
    bool locked = !det.cut_off.stopped; /* else nobody runs, and somebody may hold the lock */
    if (locked) {
        spin_lock(&orphans->lock);
    }
    while (i < ORPHANS && orphans->at[i].lock != lock) {
        i++;
    }
    if (i < ORPHANS) {
        *orphan = orphans->at[i];
    }
    if (locked) {
        spin_unlock(&orphans->lock);
    }
    return i;
}

bool orphan_find(uintptr_t lock, struct orphan *orphan) {
    return lock != 0 && find(lock, orphan) != ORPHANS;
}

void orphan_write(uintptr_t lock) {
    struct orphan orphan;
    uint32_t i = lock ? find(lock, &orphan) : ORPHANS;
    if (i == ORPHANS || (det.writer.orphans >> i & 1) != 0) {
        return;
    }
    det.writer.orphans |= (uint64_t)1 << i;
    enum raw_task_state state = orphan.in_parent ? RAW_TASK_IN_PARENT : RAW_TASK_FINISHED;
    if (task_info(orphan.task)->serial == orphan.serial) {
        writer_task_found(orphan.task, 1, state);
    } else {
        writer_task_gone(orphan.serial, orphan.user_id, orphan.kind, state);
    }
    writer_lock(&(struct held_lock){.lock = orphan.lock, .mode = orphan.mode, .site = orphan.site});
}
