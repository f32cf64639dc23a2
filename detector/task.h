/* task.h - who is there, how far is each, and what is it doing?
 *
 * Model    A task (goroutine or thread) has a permanent entry, for reports, and, from create to end, a
 *          struct det_task, which is the handle front-ends hold. Numbers start at 1; that of an ended
 *          task is given out again when no record, block, wait or descendant within FAMILY_AT_MOST
 *          generations needs its entry (collect.h). Serials, which reports show, are never reused.
 * Epoch    clock.at, 1 at first. Law: every record of epoch e is made before e is published, and no
 *          epoch is published with two contents. So after a publication that differs from the last
 *          (something was recorded, or learned) the epoch rises; otherwise the last one, at - 1, is
 *          published again [FT09, with the lazy release of DESIGN D5].
 * Lives    A number's next life begins after the last epoch of the one before. So what any clock still
 *          knows of the earlier life orders nothing of the next one, and no tree has to be changed;
 *          but "knows the publication (task, at)" no longer says "knows all that was in it", so every
 *          stamp, pure clock and known_by that names an ended number is taken back (task_sweep).
 * Renewal  A task whose epochs come near their end gets a fresh number in the next collection, as a
 *          child of itself: entry `became` leads from the old number to the new one.
 * Guard    busy is set while the task is in the core. A signal handler that interrupts it finds it
 *          set; its events are dropped and counted. Whoever looks at every task's guard after
 *          host.fence_all, having forbidden entry before, knows when nobody is in the core.
 */
#ifndef RADDLE_DETECTOR_TASK_H
#define RADDLE_DETECTOR_TASK_H

#include "detector/arena.h"
#include "detector/calls.h"
#include "detector/clock.h"
#include "detector/lockset.h"
#include "detector/must.h"
#include "detector/recset.h"
#include "detector/segment.h"
#include "detector/touch.h"
#include "detector/wait.h"

#define TASK_ORDERED 16u

/* What atomics need of a task. The operation under way: kept here and not in the shard, whose line others
 * wait for; */
struct atomic_event {
    struct touch touch;
    struct sync *object;      /* locked; NULL: none yet, */
    struct sync_shard *shard; /* which is locked, then */
    bool waits;               /* touch is to be recorded after the acquire */
    /* and what fences have left to later ones. */
    struct clock fence_released; /* V at the last release fence [HB-C11-04]; empty: none */
    struct clock fence_pending;  /* what relaxed loads would have acquired */
};

struct det_task {
    struct task_hot hot; /* first: hot.h casts */
    uint32_t busy;
    uint32_t id;
    struct call_stack *calls; /* the one that hot holds */
    struct call_stack own_calls;
    struct clock clock; /* own == id */
    bool recorded;      /* in this epoch */
    bool learned;       /* since the last publication */
    uint32_t sites_wanted;
    struct context_cache *sites; /* NULL until it pays */
    struct clock born;           /* what it knew when it was created */
    struct atomic_event *atomic; /* NULL until the first atomic or fence */
    struct held_locks held;
    struct held_locks *runs; /* once.h; NULL until the first, then as long as the handle */
    /* Segments that are ordered before this task, as far as it was asked lately: that stays true. */
    uint32_t ordered[TASK_ORDERED];
    struct segment_batch segments;
    struct recset_spare spare[RECSET_SPARES];
    uint32_t aged_segment; /* the last one that budget.c took away, or 0 */
    struct task_wait wait;
    struct follow_task *follow; /* NULL until it races */
    struct must_task must;
    struct lockorder_cache *nestings; /* NULL until it takes a lock while it holds one */
    uint32_t test;                    /* that it is inside; 0: none (tests.h) */
    struct det_task *next_free;
};

#define TASK_FAMILY_AT_MOST 64u /* ancestors that a report names */
#define TASK_LAST_EPOCH     (UINT32_MAX - 1)

enum task_state { TASK_FREE, TASK_NEW, TASK_RUNNING, TASK_ENDED };

struct task_info {
    struct det_task *live; /* NULL once ended */
    char *name;            /* NULL: none */
    uint64_t user_id;
    uint64_t serial; /* unique in the process */
    uint64_t parent_serial, parent_id;
    uint32_t parent;   /* 0: none, or gone; of a free entry: the next free one */
    uint32_t became;   /* 0, or the number under which the task goes on */
    uint32_t first_at; /* epoch of this life */
    uint32_t last_at;  /* of the one before, or of this one once ended */
    uint32_t created_site;
    uint32_t
        pointer_below; /* its thread's pointer from stack_hi; 0: not known, or not on the stack */
    int64_t created_ns;
    uintptr_t stack_lo, stack_hi;
    uint8_t kind;  /* enum ev_task_kind */
    uint8_t state; /* enum task_state */
    bool daemon;
    bool relay;    /* of signals: EV_NOTE_RELAY */
    bool detached; /* a thread that nobody is to join */
    bool leaked;   /* was told when its test ended */
    uint32_t test; /* that it belongs to; 0: none, or it has ended */
};

/* The pointer of the thread that it runs on for good, which ends its thread-local variables; 0: not known. */
DET_HIDDEN uintptr_t task_pointer(uint32_t number);

struct task_state_root {
    struct table table;
    uint32_t main;                         /* number of the main task */
    uintptr_t main_pointer, storage_bytes; /* see det_task_storage; 0: not known */
    /* Ended handles, kept apart from other memory: whoever looks at all tasks (leaks.c) may read
     * one that ends meanwhile, and must find a task there, if another one. */
    struct spin lock; /* of handles and numbers */
    struct det_task *free;
    uint64_t serials;
    uint32_t limit;       /* numbers are below it */
    uint32_t renew_at;    /* NUMBERS_EPOCHS; tests set it lower */
    uint32_t free_number; /* 0: none */
    uint32_t taken, due;  /* numbers, as with segments */
};

/* What task_enter (state.h) does seldom: the guard was set already, or somebody calls. */
DET_HIDDEN DET_COLD bool task_enter_slow(struct det_task *t, bool was_set);
/* The same for a second task, which nobody else can be inside for: no collection begins meanwhile. */
DET_HIDDEN bool task_enter_too(struct det_task *t);
static inline void task_leave(struct det_task *t) {
    /* Release: a collection sees all that was done in the core. Also keeps a signal handler out. */
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    __atomic_store_n(&t->busy, 0, __ATOMIC_RELEASE);
}

/* The segment to record in now; 0: numbers ran out. */
DET_HIDDEN uint32_t task_segment(struct det_task *t);
/* What t publishes now, borrowed from t: valid until t's next event. */
DET_HIDDEN struct clock task_publication(const struct det_task *t);
/* To be called after each publication. */
DET_HIDDEN void task_published(struct det_task *t);
/* t's clock |= *from. */
DET_HIDDEN void task_learn(struct det_task *t, const struct clock *from);
/* The locks held changed: later records belong to another segment. */
DET_HIDDEN void task_new_segment(struct det_task *t);

/* number in 1 .. task_count(). */
DET_HIDDEN struct task_info *task_info(uint32_t number);
DET_HIDDEN uint32_t task_count(void);
DET_HIDDEN void task_init(void);
/* As task_info, of the number under which the task goes on now. */
DET_HIDDEN struct task_info *task_info_now(uint32_t number);
/* Adds to *needed whoever is alive, waited for, or an ancestor that a report would name. */
DET_HIDDEN bool task_mark(struct marks *needed);
/* As clock_forget, for the clocks of all tasks. */
DET_HIDDEN void task_forget(const struct marks *needed);
/* Frees the numbers of ended tasks that are not needed. Returns how many are in use. Nobody else
 * is in the core. */
DET_HIDDEN uint32_t task_sweep(const struct marks *needed);
/* Gives fresh numbers to tasks that need one. Likewise. */
DET_HIDDEN void task_renew(void);
/* Forgets every task but t: they did not survive fork. All that they did in this memory is over, so
 * t knows of it. */
DET_HIDDEN void task_only(struct det_task *t);

#endif
