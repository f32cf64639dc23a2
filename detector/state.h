/* state.h - all that the detector remembers, in one place.
 *
 * The only writable data of the core besides shadow_base and shadow_mask (hot.h). Each member is
 * changed by its module alone.
 */
#ifndef RADDLE_DETECTOR_STATE_H
#define RADDLE_DETECTOR_STATE_H

#include "detector/alone.h"
#include "detector/arena.h"
#include "detector/budget.h"
#include "detector/clock.h"
#include "detector/collect.h"
#include "detector/context.h"
#include "detector/cut_off.h"
#include "detector/detector.h"
#include "detector/follow.h"
#include "detector/heap.h"
#include "detector/leaks.h"
#include "detector/lockgraph.h"
#include "detector/lockmemo.h"
#include "detector/lockorder.h"
#include "detector/lockround.h"
#include "detector/lockset.h"
#include "detector/misuse.h"
#include "detector/must.h"
#include "detector/object.h"
#include "detector/orphan.h"
#include "detector/process.h"
#include "detector/race.h"
#include "detector/recset.h"
#include "detector/segment.h"
#include "detector/shadow.h"
#include "detector/sync.h"
#include "detector/task.h"
#include "detector/tests.h"
#include "detector/wait.h"
#include "detector/writer.h"

struct det {
    const struct det_host *host;
    struct det_options options;
    struct findings_file *findings; /* NULL: keep nothing */
    uint32_t pid;
    uint32_t generation; /* forks between the first process and this one; see spin_lock */
    bool blind;          /* an edge was lost for want of memory: no race is reported any more */
    char *exe;
    char *arguments;
    size_t arguments_bytes;

    struct arena arena;
    struct budget_state budget;
    struct collect_state collect;
    struct process_state process;
    struct writer_state writer;
    struct context_state contexts;
    struct clock_state clocks;
    struct lockset_state locksets;
    struct segment_state segments;
    struct task_state_root tasks;
    struct sync_state syncs;
    struct shadow_state shadow;
    struct recset_state recsets;
    struct heap_state heap;
    struct object_state objects;
    struct race_state races;
    struct follow_state follows;
    struct wait_state waits;
    struct orphan_state orphans;
    struct cut_off_state cut_off;
    struct must_state must;
    struct lock_graph lock_graph;
    struct lockround_state lock_rounds;
    struct lockmemo lock_memo;
    struct lockorder_state lockorder;
    struct misuse_state misuses;
    struct tests_state tests;
    struct alone_state alone;
};

extern DET_HIDDEN struct det det;

/* Whether entering tasks are to look closer: read at each entry. */
static inline bool collect_calls(void) {
    return __atomic_load_n(&det.collect.call, __ATOMIC_ACQUIRE) != 0;
}

/* Sets the guard, after waiting for a collection that is under way, or doing one that is wanted
 * (collect.h). False, and counted, when it is set already. The caller holds no lock of the core. */
static inline bool task_enter(struct det_task *t) {
    if (__builtin_expect(t->busy != 0, 0)) {
        return task_enter_slow(t, true);
    }
    /* Relaxed, store then load: host.fence_all stands for the fence between them (collect.c). */
    __atomic_store_n(&t->busy, 1, __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    return __builtin_expect(!collect_calls(), 1) || task_enter_slow(t, false);
}

/* Counts an event of a limit; the run's summary tells (findings.h). */
DET_HIDDEN void limit_raise(enum findings_limit limit);
DET_HIDDEN void limit_add(enum findings_limit limit, uint64_t n);
/* As LIMIT_OUT_OF_MEMORY, where what got lost could make a false alarm of a later access. */
DET_HIDDEN void limit_blind(void);

/* Somebody takes the lock, lets it go or makes it anew: who has ended does not have it. */
static inline void orphan_no_more(uintptr_t lock) {
    uint64_t orphans = __atomic_load_n(&det.orphans.bits, __ATOMIC_RELAXED);
    if (__builtin_expect(orphans != 0, 0) && (orphans & orphan_bit(lock)) != 0) {
        orphan_forget(lock);
    }
}

/* Whether must clocks are kept (must.h). */
static inline bool must_is_on(void) {
    return __builtin_expect(__atomic_load_n(&det.must.on, __ATOMIC_RELAXED) != 0, 0);
}

/* t has taken the lock that stands last in t->held. Cost, when no other is held: a load and a compare. */
static inline void lockorder_taken(struct det_task *t, uint32_t mode) {
    bool first = t->held.n <= 1 && (mode & EV_LOCK_SHARED) == 0;
    if (!__builtin_expect(first, 1) && (mode & (EV_LOCK_TRY | EV_LOCK_TIMED)) == 0 &&
        det.options.lock_order) {
        lockorder_look(t);
    }
}

/* Whether nothing that a task does can race (alone.h). */
static inline bool task_is_alone(void) {
    return __builtin_expect(__atomic_load_n(&det.alone.now, __ATOMIC_RELAXED) != 0, 0);
}

/* Whether nothing that its atomics release can be needed, either. */
static inline bool task_was_always_alone(void) {
    return task_is_alone() && !det.alone.kept;
}

/* To be called when memory was taken from the system. */
static inline void budget_grew(void) {
    if (__builtin_expect(det.options.memory != 0, 0)) {
        budget_grew_slow();
    }
}

/* The block of addr's records; NULL: see shadow_block_slow. */
static inline uint64_t *shadow_block(uintptr_t addr) {
    uintptr_t folded = addr & SHADOW_FOLD;
    uintptr_t owner = __atomic_load_n(&det.shadow.owner[folded >> 30], __ATOMIC_RELAXED);
    if (det.shadow.direct && owner == (addr >> SHADOW_FOLD_BITS) + 1 && folded >= HOT_BLOCK) {
        return (uint64_t *)(det.shadow.direct + (shadow_first(folded) << HOT_SHIFT));
    }
    return shadow_block_slow(addr);
}

/* To be called before a record of t goes into the block of addr, which may be empty. */
static inline void shadow_touch(const struct det_task *t, const uint64_t *block, uintptr_t addr) {
    uintptr_t page = ((uintptr_t)block - det.shadow.direct) / BASE_PAGE;
    if (page >= det.shadow.pages ||
        !(load_relaxed(&det.shadow.touched[page / 64]) >> page % 64 & 1)) {
        shadow_touch_slow(t, addr, page);
    }
}

#endif
