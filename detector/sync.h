/* sync.h - what does a synchronisation object know?
 *
 * Model    key (an exact address) -> clock. The four operations of HB-M-03, atomics (atomic.c) and
 *          fences move clocks between tasks and objects; nothing else orders tasks.
 * Lookup   Objects of one 64-byte line of the program share a chain, so that a range of memory can be
 *          searched for objects; a count for each page says whether that is worth while.
 * Lock     Each object's own: of one that tasks hand to and fro nothing else is fetched to be written. It is looked
 *          for without a lock, and is the one if it has the key once it is locked. Who does not find it looks
 *          again under the lock of its shard of the table, which whoever makes and drops objects holds: a look
 *          that was disturbed costs time alone. Objects that are dropped, and tables that became too small,
 *          stay what they are until nobody can be looking (sync_forget). Atomics hold the lock, or
 *          without an object the shard's, from begin to end [HB-AT-01]. Rank: shard, then object.
 * Known    known_by: a task that knows all of the object, since nobody else has changed it. It can
 *          take back what it put there, and put down what it took, in O(1).
 * Holder   Of a lock that is taken as a whole: the task that took it, until somebody lets it go. A Go mutex
 *          may be let go by anybody [MU-03]: one that ever was, or a share of it, is nobody's (passed_on). Who took it
 *          has it in his lock set all the same: what is told of him asks here first (sync_has_lost).
 */
#ifndef RADDLE_DETECTOR_SYNC_H
#define RADDLE_DETECTOR_SYNC_H

#include "detector/arena.h"
#include "detector/clock.h"
#include "detector/touch.h"

#define SYNC_SHARD_BITS  10u
#define SYNC_SHARDS      (1u << SYNC_SHARD_BITS)
#define SYNC_LINE        ((uintptr_t)64)
#define SYNC_PAGE_COUNTS (1u << 20) /* few ranges meet a count of other pages */
#define SEQUENCE_HEADS   8u
#define SYNC_HOLDERS     (((uint32_t)1 << 31) - 1) /* NUMBERS_TASKS */

/* The part of an object's clock that each of several heads of the present release sequence brought
 * [C11 5.1.2.4p10]: needed when one of them stores with relaxed order [HB-C11-03]. */
struct sequence {
    uint32_t n;
    bool overflow; /* more than SEQUENCE_HEADS: a relaxed store of the others keeps everything,
                      which can hide a race but never invents one */
    uint32_t task[SEQUENCE_HEADS];
    _Alignas(64) struct clock part[SEQUENCE_HEADS]; /* who looks for its own reads none of these */
};

/* What an operation left in the shadow of the object, see touch.h. Law: with by == 0, mark.rec is ordered
 * before whoever knows all of the object's clock; else it is of task `by` in its epoch `at`. Whoever
 * gives numbers of segments out again clears it: a record is compared as a whole, and not looked up. */
struct sync_left {
    struct touch_mark mark;
    uint32_t by, at;
};

/* Two cache lines are all that most operations touch: of many objects each is found out of the cache,
 * and one that tasks hand to and fro comes from another processor. */
struct sync {
    struct spin lock;
    uint32_t known_by;      /* 0: nobody */
    uintptr_t key;          /* 0: dropped */
    struct sync *next;      /* in its chain, or of those that were dropped */
    struct sequence *heads; /* more than one */
    struct sync_left left;
    uint32_t holder : 31; /* task number; 0: nobody, or it is not known */
    uint32_t
        passed_on : 1; /* it, or a share of it, was let go by another task than had taken that */
    uint32_t must;     /* number of its must_object; 0: none */
    _Alignas(64) struct clock clock;
    uint32_t head; /* the only task that released into the present sequence; 0: none, or more */
    uint32_t
        over_since; /* second at which its memory was found to be over (heap.h); 0: it was not */
};
_Static_assert(offsetof(struct sync, clock) == 64, "what most operations touch is two lines");

struct sync_table {
    struct sync_table *before; /* that became too small */
    uint32_t bits;             /* of the number of a bucket, SYNC_SHARD_BITS or more */
    struct sync *bucket[];
};

/* A line of its own: whoever waits for one does not disturb the others. */
struct sync_shard {
    _Alignas(64) struct spin lock;
    struct sync *dropped;
};

struct sync_state {
    struct sync_table *table; /* NULL: none yet */
    struct sync_shard shards[SYNC_SHARDS];
    uint32_t in_page[SYNC_PAGE_COUNTS]; /* by hash of the page */
    uint32_t n;
};

/* The object, locked; NULL: there is none. Cost: that of its line, and of the bucket's. */
DET_HIDDEN struct sync *sync_open(uintptr_t key);
/* It is made where there is none; NULL: no memory. */
DET_HIDDEN struct sync *sync_open_or_make(uintptr_t key);
/* NULL: *shard is locked instead, so that nobody else can make it; for sync_make. */
DET_HIDDEN struct sync *sync_open_or_hold(uintptr_t key, struct sync_shard **shard);
/* A new one, locked as the shard is. NULL: no memory. */
DET_HIDDEN struct sync *sync_make(struct sync_shard *shard, uintptr_t key);

/* x may be NULL. */
static inline void sync_close(struct sync *x) {
    if (x) {
        spin_unlock(&x->lock);
    }
}

/* What an operation leaves: word by word, for the mark was written a moment ago. */
static inline void sync_leave(struct sync *x, const struct touch_mark *mark, uint32_t by,
                              uint32_t at) {
    x->left.mark.rec = mark->rec;
    x->left.mark.word = mark->word;
    x->left.by = by;
    x->left.at = at;
}

/* Object := / |= t's publication, or another clock that t may publish. */
DET_HIDDEN void sync_set(struct sync *x, const struct clock *from, uint32_t by);
DET_HIDDEN void sync_add(struct sync *x, const struct clock *from, uint32_t by);
DET_HIDDEN void sync_forget_heads(struct sync *x);
/* t |= object. x may be NULL. */
DET_HIDDEN void sync_take(struct det_task *t, struct sync *x);

/* t has taken the lock as a whole, or lets it go. */
static inline void sync_taken_by(struct sync *x, uint32_t t) {
    x->holder = t & SYNC_HOLDERS;
}
/* Likewise, of an object that may not be there, as of most locks of which only annotations tell: a look without a lock,
 * which may miss one. */
DET_HIDDEN void sync_note_holder(uintptr_t key, uint32_t t);
static inline bool sync_is_held_by(const struct sync *x, uint32_t t) {
    return x->holder == t && t != 0;
}
static inline void sync_let_go_by(struct sync *x, uint32_t t) {
    x->passed_on |= !sync_is_held_by(x, t);
    x->holder = 0;
}

/* Whether somebody else has let go, or taken, what t took as a whole: false, too, if that is not known. A mutex of the
 * system may refuse who lets go what is another's, which is told before: of one only who takes it counts.
 * Looks without waiting: whoever holds the object may be stopped, or interrupted by who asks. */
DET_HIDDEN bool sync_has_lost(uint32_t t, uintptr_t lock, uint32_t mode);

/* As clock_forget, for all objects, which forget their marks too; returns how many there are. Drops objects
 * whose memory has been over since an earlier collection, a second ago or more: an event after a real
 * operation that was the last on its object, such as the return from a wait, may come after the
 * object's end, but not that late. Nobody else is in the core. */
DET_HIDDEN uint64_t sync_forget(const struct marks *needed);
/* Task `old` goes on as `now`. Likewise. */
DET_HIDDEN void sync_renamed(uint32_t old, uint32_t now);

/* Drops the objects with keys in [addr, addr + size). */
DET_HIDDEN void sync_drop_range(uintptr_t addr, size_t size);

#endif
