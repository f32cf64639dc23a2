/* copies.c - is a lock of the system's, which nobody was ever seen to take, a copy of one that was held? */
#include "detector/copies.h"

#include "detector/core.h"
#include "detector/misuse.h"
#include "detector/state.h"
#include "detector/sync.h"

#define SORTS      (EV_LOCK_IS_MUTEX | EV_LOCK_IS_RWLOCK | EV_LOCK_IS_SPIN)
#define SPIN_BYTES 4u

/* The last write, or read, of those bytes. segment 0: it was none of plain data by one access. */
struct deed {
    uint32_t segment;
    uintptr_t pc;
};

static struct deed deed_at(uintptr_t addr, size_t size, uint32_t kind) {
    uint32_t mask = record_bytes(record_granule(addr), addr, size), bytes = mask;
    const uint64_t *block = shadow_touched_block(shadow_first(addr));
    uint64_t rec = block ? load_relaxed(block + kind + hot_place(addr)) : 0;
    if (addr % size != 0 || rec == 0 || record_is_shared(rec) || record_is_atomic(rec) ||
        (mask & ~record_mask(rec)) != 0) {
        return (struct deed){0};
    }
    uint32_t site = context_part(record_site(rec), &bytes);
    bool is_plain = bytes == mask && (context_access(site) & (EV_SYNC | EV_FREE)) == 0;
    return is_plain ? (struct deed){record_segment(rec), context_pc(site)} : (struct deed){0};
}

/* -- mutexes -------------------------------------------------------------------------------- */

/* Whether both say the same of who holds them, how often, and what they are. */
static bool are_alike(uintptr_t a, uintptr_t b) {
    uint32_t of_a[COPIES_MUTEX_WORDS], of_b[COPIES_MUTEX_WORDS];
    size_t n = sizeof of_a;
    if (!det.host->peek || !det.host->peek(a + COPIES_MUTEX_SAYS, of_a, n) ||
        !det.host->peek(b + COPIES_MUTEX_SAYS, of_b, n)) {
        return false;
    }
    bool alike = true;
    for (size_t i = 0; i < COPIES_MUTEX_WORDS; i++) {
        alike &= of_a[i] == of_b[i];
    }
    return alike;
}

static uintptr_t original_mutex(const struct det_task *t, uintptr_t mutex) {
    struct held_lock held;
    struct deed copied = deed_at(mutex, HOT_GRANULE, SHADOW_WRITES);
    if (copied.segment == 0 || segment_at(copied.segment)->task != t->id) {
        return 0;
    }
    for (uint32_t with = segment_at(copied.segment)->lockset; with;
         with = lockset_at(with)->without) {
        uintptr_t original = lockset_at(with)->held.lock;
        bool is_mutex = (lockset_at(with)->held.mode & EV_LOCK_IS_MUTEX) != 0 && original != mutex;
        if (is_mutex && lockset_seen(&t->held, original, &held) && are_alike(mutex, original)) {
            return original;
        }
    }
    return 0;
}

/* -- read-write and spin locks -------------------------------------------------------------- */

/* Whether what `lock` says was read where, and as, that of the copy was written. */
static bool is_source(uintptr_t lock, size_t size, const struct deed *copied) {
    struct deed read = deed_at(lock, size, SHADOW_READS);
    uintptr_t apart = read.pc > copied->pc ? read.pc - copied->pc : copied->pc - read.pc;
    return read.segment == copied->segment && apart <= COPIES_STATEMENT;
}

/* by: the only one who may have made the copy; 0: whoever. 0: there is none, or more than one. */
static uintptr_t original_of(uintptr_t lock, uint32_t mode, uint32_t by) {
    bool is_spin = (mode & EV_LOCK_IS_SPIN) != 0;
    uintptr_t says = is_spin ? 0 : COPIES_RWLOCK_SAYS, original = 0;
    size_t size = is_spin ? SPIN_BYTES : HOT_GRANULE;
    struct deed copied = deed_at(lock + says, size, SHADOW_WRITES);
    bool may_be = copied.segment && (by == 0 || segment_at(copied.segment)->task == by);
    uint32_t with = may_be ? segment_at(copied.segment)->lockset : 0;
    for (; with; with = lockset_at(with)->without) {
        const struct held_lock *held = &lockset_at(with)->held;
        bool as_held = ((held->mode ^ mode) & (SORTS | EV_LOCK_READ)) == 0;
        if (!as_held || held->lock == lock || held->lock == original ||
            !is_source(held->lock + says, size, &copied)) {
            continue;
        }
        if (original) {
            return 0;
        }
        original = held->lock;
    }
    return original;
}

/* Who lets go what names a writer must be that one. */
static uintptr_t original_as_used(const struct det_task *t, uintptr_t lock, uint32_t mode,
                                  enum ev_use use) {
    bool is_named = (mode & (EV_LOCK_IS_RWLOCK | EV_LOCK_READ)) == EV_LOCK_IS_RWLOCK;
    uintptr_t original = original_of(lock, mode, use == EV_USE_UNLOCK && is_named ? t->id : 0);
    return original && !misuse_is_held(lock) ? original : 0;
}

/* -- a lock that is used -------------------------------------------------------------------- */

void copies_look(struct det_task *t, uintptr_t lock, uint32_t mode, enum ev_use use, uintptr_t pc) {
    struct held_lock held;
    struct ev_copy copy = {.object = lock, .kind = EV_OBJECT_MUTEX, .use = use, .pc = pc};
    if (lockset_seen(&t->held, lock, &held)) {
        return;
    }
    if ((mode & (EV_LOCK_IS_RWLOCK | EV_LOCK_IS_SPIN)) == 0) {
        copy.original = original_mutex(t, lock);
    } else {
        copy.original = original_as_used(t, lock, mode, use);
        copy.kind = (mode & EV_LOCK_IS_SPIN) != 0 ? EV_OBJECT_SPINLOCK : EV_OBJECT_RWMUTEX;
    }
    if (copy.original) {
        misuse_tell_copy(t, &copy);
    }
}

/* Of readers only what they let go is known. */
bool copies_is_unseen(uintptr_t lock, uintptr_t readers) {
    struct sync *x = sync_open(lock);
    sync_close(x);
    struct sync *y = x ? NULL : sync_open(readers);
    sync_close(y);
    return !x && !y;
}

bool det_is_unseen(struct det_task *t, uintptr_t lock, uintptr_t readers) {
    bool unseen = false;
    if (t && task_enter(t)) {
        unseen = copies_is_unseen(lock, readers);
        task_leave(t);
    }
    return unseen;
}

void det_unseen_lock_waits(struct det_task *t, uintptr_t lock, uint32_t mode, uintptr_t pc) {
    if (t && task_enter(t)) {
        copies_look(t, lock, mode, EV_USE_LOCK, pc);
        task_leave(t);
    }
}
