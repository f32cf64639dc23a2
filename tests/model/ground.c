/* ground.c - what every explored file stands on: processor, system, locks, memory, the end of a process.
 *
 * Locks      the ranks' hooks of the debug build (lock.h): acquiring is one step that is possible
 *            while the lock is free; lock.c itself is explored by its own configurations.
 * Futexes    a queue of sleepers per word; which of them is woken is a choice. No wake-up comes from
 *            nowhere, but for a few where a configuration says so, and no time passes: a lost one is
 *            a deadlock.
 */
#include <stdio.h>
#include <string.h>

#include "memory.h"
#include "races.h"
#include "replace.h"
#include "runtime/check.h"
#include "runtime/crash.h"
#include "runtime/mem.h"
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "world.h"

#define PC ((uintptr_t)__builtin_return_address(0))

struct rdl__rt rdl__rt;
const struct raddle_events *rdl__events;
_Thread_local struct rdl__thread rdl__this_thread; /* of the process that runs [world.c] */

/* -- arch.h -- */

struct rdl__thread *model_thread(void) {
    return &rdl__this_thread;
}

void model_copy(void *to, const void *from, size_t bytes) {
    races_plain(from, bytes, false, PC);
    races_plain(to, bytes, true, PC);
    memcpy(to, from, bytes);
}

void model_zero(void *to, size_t bytes) {
    races_plain(to, bytes, true, PC);
    memset(to, 0, bytes);
}

void model_pause(void) {
    world_pause(true, PC);
}

/* -- os.h -- */

void rdl__os_wait(_Atomic uint32_t *word, uint32_t expected, int64_t deadline_ns) {
    (void)deadline_ns;
    world_step_futex(OP_WAIT, word, expected, PC);
    races_load(word, sizeof(*word), __ATOMIC_RELAXED, PC);
    if (*(uint32_t *)word != expected) {
        return;
    }
    world_self->asleep_on = word;
    world_step_futex(OP_WOKEN, word, 0, PC);
    if (world_self->asleep_on != NULL) {
        world_self->asleep_on = NULL;
        world_self->spurious--;
    }
}

static unsigned sleepers_on(const void *word, struct process **sleepers) {
    unsigned n = 0;
    for (unsigned i = 0; i < world_n_procs; i++) {
        if (world_procs[i].asleep_on == word) {
            sleepers[n++] = &world_procs[i];
        }
    }
    return n;
}

void rdl__os_wake(_Atomic uint32_t *word, int n) {
    struct process *sleepers[PROCS_MAX];
    world_step_futex(OP_WAKE, word, 0, PC);
    for (unsigned left = sleepers_on(word, sleepers); left > 0 && n > 0; n--) {
        sleepers[(unsigned)n >= left ? 0 : world_choose(left)]->asleep_on = NULL;
        left = sleepers_on(word, sleepers);
    }
}

/* Executions are sequentially consistent: a barrier changes nothing. */
void rdl__os_barrier(void) {
}

int64_t rdl__os_monotonic_ns(void) {
    return world_now(PC);
}

void *rdl__os_map(size_t bytes) {
    void *block = memory_new(bytes);
    memset(block, 0, bytes);
    return block;
}

void rdl__os_unmap(void *addr, size_t bytes) {
    races_plain(addr, bytes, true, PC);
    memory_free(addr);
}

/* -- lock.h -- */

static bool may_take(const struct held *held, const rdl__lock *lock, enum rdl__rank rank) {
    return held->rank < rank || (rank == RANK_CHAN && held->rank == RANK_CHAN && held->lock < lock);
}

void rdl__lock_note_acquire(const rdl__lock *lock, enum rdl__rank rank) {
    struct process *self = world_self;
    if (self == NULL) {
        return;
    }
    for (unsigned i = 0; i < self->n_held; i++) {
        if (!may_take(&self->held[i], lock, rank)) {
            world_fail("lock of rank %d taken under one of rank %d", (int)rank,
                       (int)self->held[i].rank);
        }
    }
    world_step(OP_LOCK, lock, PC);
    self->held[self->n_held++] = (struct held){.lock = lock, .rank = rank};
    self->passed = lock;
}

void rdl__lock_note_release(const rdl__lock *lock) {
    struct process *self = world_self;
    if (self == NULL) {
        return;
    }
    self->releasing = lock;
    for (unsigned i = 0; i < self->n_held; i++) {
        if (self->held[i].lock == lock) {
            self->held[i] = self->held[--self->n_held];
            return;
        }
    }
}

void rdl__lock_acquire_slow(rdl__lock *lock) {
    world_fail("lock %p is not free although it was granted", (void *)lock);
}

_Noreturn void rdl__check_failed(const char *law, const char *file, int line) {
    world_fail("%s:%d: broken: %s", file, line, law);
}

int64_t rdl__sched_now(void) {
    return world_now(PC);
}

/* -- mem.h -- */

void *rdl__mem_new(struct task *self, size_t bytes, uintptr_t pc) {
    (void)self;
    (void)pc;
    return memory_new(bytes);
}

void rdl__mem_free(struct task *self, void *block) {
    (void)self;
    races_plain(block, memory_block_bytes(block), true, PC);
    memory_free(block);
}

void rdl__mem_copy_any(void *to, const void *from, size_t bytes) {
    model_copy(to, from, bytes);
}

/* -- panic.h, crash.h -- */

_Noreturn void rdl__panic_text(const char *text, uintptr_t pc) {
    (void)pc;
    world_panic(text);
}

_Noreturn void rdl__panic_format(uintptr_t pc, const char *format, ...) {
    (void)pc;
    world_panic(format);
}

_Noreturn void rdl__panic_go_nil(uintptr_t pc) {
    (void)pc;
    world_panic("go of nil func value");
}

_Noreturn void rdl__crash_misuse(const char *text, uintptr_t pc) {
    (void)pc;
    world_fail("fatal: %s", text);
}

_Noreturn void rdl__crash_fatal(const char *text, uintptr_t pc) {
    (void)pc;
    world_fail("fatal: %s", text);
}
