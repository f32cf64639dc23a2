/* lockorder.h - which task took which lock while it held which, where, and when?
 *
 * Model    A nesting is (task, locks held, lock taken, mode): a node of the paths that a deadlock is made of
 *          [Goodlock00; BH05; JPSN09]. n nestings make a deadlock possible if
 *            round        each takes what the next one holds, in modes that exclude each other;
 *            tasks        no two are of one task;
 *            no gate      no two hold a lock in common, but both for reading: who has it keeps the other out;
 *            no order     of no two does one happen before the other, but by locks of the cycle (must.h).
 *          Nothing else is reported (lockcycle.h), each once.
 * Latest   Of a nesting that comes again the latest is kept: whoever is not ordered after an earlier one is
 *          not ordered after it either, and what it knew is compared when it comes. While t has published
 *          nothing in between, the one that is there stands for it: a hash probe and two compares.
 * Again    Who reads a read-write lock, and takes it for reading again, waits for ever if a writer has come in
 *          between, where writers go first. That is a nesting of the lock in itself, and who writes it (SHARED
 *          locks only) one of a lock in nothing: told when two tasks, unordered, without a gate, do so.
 *          Likewise a circle goes through a writer: who reads what it holds up waits for it, and it for who
 *          has read the lock already.
 * Sources  What a try or timed form takes makes no nesting, but is held. A lock that is let go by another task
 *          than took it was handed over: nobody knows who holds it, and it is left out from then on.
 *          A lock that its taker holds already, by a stale entry, is none.
 * Lives    A lock that is destroyed, made anew, or whose memory is over takes its nestings with it. One in
 *          the middle of what was held is told from a later one at its place by `turn`.
 * Bounds   Any number of locks held: what is held is one number (lockset.h), and its sum a hash. Of one edge of
 *          the graph the latest nestings of NESTINGS_AT_MOST tasks are kept: a cycle with an older task's
 *          alone is not told. Without room a nesting is not looked at, which is counted.
 * Upwards  Programs that take any two of thousands of locks by their addresses make millions of pairs, and no
 *          circle: that needs one that goes down. Beyond NESTINGS_UPWARDS pairs that go up, and close no circle by what is
 *          known, are not kept, but as one bit each; a pair that goes down and meets the bit of its opposite is counted as
 *          not looked at. A circle of three or more through such a pair is not told. While none goes down, such a
 *          pair is noted without the lock.
 * Callers  A lock's own site has the calls that code tells of. Where it does not, those that lead to the lock taken are
 *          read when the nesting is new (calls_read), of the first NESTINGS_READ: 3 us each, of 50 ms in all. At each lock
 *          it would be twenty times what the lock costs.
 * Thread   One lock guards all of it; ranks: base.h.
 */
#ifndef RADDLE_DETECTOR_LOCKORDER_H
#define RADDLE_DETECTOR_LOCKORDER_H

#include "detector/clock.h"
#include "detector/lockgraph.h"
#include "detector/lockset.h"

struct det_task;

#define NESTINGS_AT_MOST    16u
#define NESTINGS_UPWARDS    (1u << 16)
#define NESTINGS_READ       (1u << 14)
#define FORGOTTEN_BITS      ((uint64_t)1 << 28)
#define NESTING_SLOTS       256u
#define LOCKORDER_TOLD_MOST 1024u
#define LOCKORDER_PATHS     4u /* of the same places */

struct nesting {
    uint64_t key; /* 0: free */
    uint64_t turn;
    uint32_t task, at; /* epoch */
    uint32_t set;      /* number of what was held */
    uint32_t edge;     /* of the graph; 0: of `node` alone */
    uint32_t node;
    uint32_t next; /* of the edge; of a free one: the next */
    uint32_t next_in_bucket;
    uint64_t
        settled; /* changes of the state when a search found nothing, whatever is ordered; 0: none */
    uintptr_t outer; /* the lock held outermost, as a whole; LOCKROUND_NONE: none is */
    struct held_lock taken;
    struct clock knew;     /* must clock */
    struct must_way *ways; /* of its task, so many */
    uint32_t n_ways;
};

/* tags: a bit for each key in it, and perhaps others. */
struct nesting_bucket {
    uint32_t first, tags;
};

/* The nestings a task met last. */
struct lockorder_cache {
    struct {
        uint64_t key;
        uint32_t nesting;
    } slot[NESTING_SLOTS];
};

struct lockorder_state {
    struct spin lock;
    struct table nestings;
    uint32_t free;
    uint32_t n;       /* in use */
    uint64_t turn;    /* of the last nesting */
    uint64_t changes; /* that a search could find more by */
    /* Read without the lock. */
    _Alignas(64) struct nesting_bucket *buckets; /* NULL until the first */
    uint64_t *forgotten; /* a bit for the hash of each pair of locks; NULL: none */
    bool downward;       /* a pair that goes down was asked for */
    uint64_t
        gone_at; /* turn when a lock went that nestings may name in the middle: earlier ones are told anew */
    _Alignas(64) struct { uint64_t places, paths; } told[LOCKORDER_TOLD_MOST];
    uint32_t n_told;
};

enum lockorder_alone { ALONE_WRITES, ALONE_AGAIN };

/* t has taken the lock that stands last in t->held, while it held another, or a SHARED one. The caller holds no
 * lock of the core. Cost: see Latest. */
DET_HIDDEN void lockorder_look(struct det_task *t);
/* The lock is about to be noted as taken beside what is held. */
DET_HIDDEN void lockorder_expect(const struct held_locks *held, uintptr_t lock);
/* A lock is let go by another task than took it. Likewise. */
DET_HIDDEN DET_COLD void lockorder_handed(uintptr_t lock);
/* The lock at this address is over. A shard may be locked. */
DET_HIDDEN void lockorder_forget(uintptr_t lock);

DET_HIDDEN void lockorder_task_drop(struct det_task *t);
/* For collections: what nestings refer to; a task that goes on under another number. */
DET_HIDDEN void lockorder_mark(struct marks *tasks, struct marks *locksets);
DET_HIDDEN void lockorder_renamed(uint32_t old);
DET_HIDDEN void lockorder_fork_child(struct det_task *t);

DET_HIDDEN struct nesting *nesting_at(uint32_t number);
/* The lock as it was held in a nesting; NULL: it was not, or is another one by now. Adds the steps it took. */
DET_HIDDEN const struct held_lock *nesting_holds(const struct nesting *nesting,
                                                 const struct lock_node *lock, uint64_t *steps);

#endif
