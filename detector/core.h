/* core.h - the events of event.h as plain functions, for a front-end linked into the same object.
 *
 * The meaning of each is that of the member of struct raddle_events with the same name. All may be
 * called from any thread; a NULL task is ignored.
 */
#ifndef RADDLE_DETECTOR_CORE_H
#define RADDLE_DETECTOR_CORE_H

#include "detector/detector.h"
#include "detector/hot.h"

DET_HIDDEN struct det_task *det_task_create(struct det_task *parent, enum ev_task_kind kind,
                                            uint64_t id, uintptr_t pc);
DET_HIDDEN void det_task_begin(struct det_task *t, uintptr_t stack_lo, uintptr_t stack_hi);
DET_HIDDEN void det_task_end(struct det_task *t);
DET_HIDDEN void det_task_note(struct det_task *t, enum ev_task_note note, const char *text);

/* An event on `sync` is to come: fetches what it will look at, while the real operation waits for the
 * object itself. */
DET_HIDDEN void det_expect(uintptr_t sync);
DET_HIDDEN void det_acquire(struct det_task *t, uintptr_t sync);
DET_HIDDEN void det_release(struct det_task *t, uintptr_t sync);
DET_HIDDEN void det_release_merge(struct det_task *t, uintptr_t sync);
DET_HIDDEN void det_release_acquire(struct det_task *t, uintptr_t sync);
DET_HIDDEN void det_meet(struct det_task *a, struct det_task *b);

DET_HIDDEN void det_access(struct det_task *t, uintptr_t addr, size_t size, uint32_t access,
                           uintptr_t pc);
DET_HIDDEN uintptr_t det_atomic_begin(struct det_task *t, uintptr_t addr, size_t size,
                                      uint32_t access, uintptr_t pc);
DET_HIDDEN void det_atomic_end(struct det_task *t, uintptr_t state, uintptr_t addr,
                               enum ev_atomic did, enum ev_order order);
DET_HIDDEN void det_fence(struct det_task *t, enum ev_order order);
DET_HIDDEN void det_memory_new(struct det_task *t, uintptr_t addr, size_t size, uintptr_t pc);
DET_HIDDEN void det_memory_free(struct det_task *t, uintptr_t addr, uintptr_t pc);
DET_HIDDEN void det_memory_forget(uintptr_t addr, size_t size);
/* As memory_forget, where no accesses are seen: what is synchronised by memory of that range is something else now. */
DET_HIDDEN void det_objects_forget(uintptr_t addr, size_t size);
/* A heap block begins, or ends, that nobody who is watched made: only what can be reached is a matter of it
 * (heap.h). Any thread, not within an event. */
DET_HIDDEN void det_block_new(uintptr_t addr, size_t size);
DET_HIDDEN void det_block_gone(uintptr_t addr);
/* main is about to be called from this frame. */
DET_HIDDEN void det_main_begins(uintptr_t frame);
/* t is the only task, and whoever makes another tells, from now on. */
DET_HIDDEN void det_alone_watched(struct det_task *t);
/* One more is about to be there; or some may be, at any time. */
DET_HIDDEN void det_alone_ends(void);
/* t has joined a thread that had a task. */
DET_HIDDEN void det_alone_joined(struct det_task *t);
/* Nobody whom we watch is on the stack [lo, hi) any more; memory of it is something else by now (cut_off.h). */
DET_HIDDEN void det_stack_left(uintptr_t lo, uintptr_t hi);
DET_HIDDEN void det_stack_reused(uintptr_t lo, size_t size);
/* A block may have been missed. */
DET_HIDDEN void det_heap_lost(void);

DET_HIDDEN void det_call_enter(struct det_task *t, uintptr_t pc);
DET_HIDDEN void det_call_exit(struct det_task *t);
DET_HIDDEN uint32_t det_call_depth(const struct det_task *t);
DET_HIDDEN void det_call_unwind(struct det_task *t, uint32_t to_depth);

/* The frames of a coroutine, which runs on a machine stack [lo, hi) of its own within one task or
 * another. leave: before control may go to another stack of frames; enter: when it has come to
 * `stack`. Between the two t calls and needs no path. NULL: no memory. */
struct call_stack;
DET_HIDDEN struct call_stack *det_calls_new(uintptr_t lo, uintptr_t hi);
DET_HIDDEN void det_calls_reset(struct call_stack *stack, uintptr_t lo, uintptr_t hi);
DET_HIDDEN struct call_stack *det_calls_leave(struct det_task *t);
DET_HIDDEN void det_calls_enter(struct det_task *t, struct call_stack *stack);

DET_HIDDEN void det_lock_acquired(struct det_task *t, uintptr_t lock, uint32_t mode, uintptr_t pc);
DET_HIDDEN void det_lock_released(struct det_task *t, uintptr_t lock, uint32_t mode);
DET_HIDDEN void det_lock_taken(struct det_task *t, const struct ev_lock *lock);
/* The edges alone, of a lock that was waited for; its size and pc are not asked for. */
DET_HIDDEN void det_lock_received(struct det_task *t, const struct ev_lock *lock);
DET_HIDDEN void det_lock_leaving(struct det_task *t, const struct ev_lock *lock);
/* Of the onces that t runs the one begun last; 0: none. */
DET_HIDDEN uintptr_t det_once_innermost(const struct det_task *t);
/* t signals or broadcasts a condition variable. */
DET_HIDDEN void det_condition_signals(struct det_task *t);
/* t has waited for one, and holds the lock again. */
DET_HIDDEN void det_condition_waited(struct det_task *t, uintptr_t lock);
DET_HIDDEN void det_object_new(struct det_task *t, enum ev_object_kind kind, uintptr_t addr,
                               size_t size, uintptr_t pc);
DET_HIDDEN void det_object_destroy(struct det_task *t, uintptr_t addr, size_t size);
DET_HIDDEN void det_object_name(uintptr_t addr, const char *name);
/* One that nobody makes, of a library: to be told before anybody uses it. */
DET_HIDDEN void det_object_known(enum ev_object_kind kind, uintptr_t addr, size_t size,
                                 const char *name);
DET_HIDDEN void det_wait_begin(struct det_task *t, const struct ev_wait *wait, uintptr_t pc);
DET_HIDDEN void det_wait_end(struct det_task *t);

/* A wait that nothing but another task of this process can end (wait.h). thread: the system's number of who
 * waits. behind_writers: to read, of a lock at which a writer that waits goes first. */
struct det_endless {
    uint32_t thread;
    bool behind_writers;
    uintptr_t with; /* the mutex of a condition's wait; 0: none */
};
/* Whether there may be something to look for: soon, or if the wait goes on. */
enum det_look { DET_LOOK_NOT, DET_LOOK_LATER, DET_LOOK_NOW };
/* As wait_begin. */
DET_HIDDEN enum det_look det_thread_waits(struct det_task *t, const struct ev_wait *wait,
                                          const struct det_endless *endless, uintptr_t pc);

/* As wait_begin, of a condition's wait that may end by itself, but not without its mutex. */
DET_HIDDEN void det_timed_wait_begins(struct det_task *t, const struct ev_wait *wait,
                                      const struct det_endless *needs, uintptr_t pc);

/* As wait_begin, of a task that a runtime parks. Likewise. */
DET_HIDDEN enum det_look det_task_waits(struct det_task *t, const struct ev_wait *wait,
                                        uintptr_t pc);
/* As waits_itself. thread: the system's number of it. */
DET_HIDDEN void det_waits_itself(struct det_task *t, uint32_t thread);
/* Whether a runtime that has become quiet leaves nobody who can act, but threads or what they hold up. */
DET_HIDDEN bool det_may_be_stuck(void);
/* Somebody signalled or posted the object, or let it go, whoever that is. Not to be told of a lock that a task
 * is told to let go. */
DET_HIDDEN void det_serves(uintptr_t object);

/* A thread that nobody is to join. To be told as long as it cannot have ended for us: before it may end by itself. */
DET_HIDDEN void det_thread_detached(struct det_task *t);

enum det_deadlock {
    DET_NO_DEADLOCK,
    DET_UNSURE, /* somebody who seems stuck has not been seen asleep: ask again */
    DET_SOME_STUCK,
    DET_MAIN_STUCK, /* or who has begun to end the process, or everybody: nobody will */
};
/* The thread has ended, and is only to be joined. Likewise. */
DET_HIDDEN bool det_thread_over(struct det_task *t, uint32_t thread);
/* Whether somebody waits whom it may turn out later that nobody can wake (cut_off.h). */
DET_HIDDEN bool det_may_be_cut_off(void);
/* Whether the next look should not rest as long as looks do: it may prove what the last one found, or is one of the
 * first. */
DET_HIDDEN bool det_should_look_soon(void);
/* Looks for threads that can never run again (deadlock.h) and reports those that were not yet. On a thread
 * that is no task, one at a time. */
DET_HIDDEN enum det_deadlock det_look_for_deadlock(void);
/* Likewise for those that can never run again whoever else could: before a runtime tells that nobody can, so that the
 * finding is the same whoever comes first. */
DET_HIDDEN enum det_deadlock det_look_for_circles(void);

/* An operation of a thread that may be wrong by itself, and what the object says: see misuse.h. */
struct det_use {
    enum findings_deed deed;
    enum ev_object_kind kind;
    uintptr_t object;
    uintptr_t
        with; /* of a wait: the mutex, of which the rest is told; of a copy: its original; else 0 */
    uintptr_t pc;
    uint32_t thread;   /* the system's number of who does it */
    uint32_t holder;   /* of whom the object names; 0: nobody */
    uint32_t waiter;   /* of one who sleeps at it, where that is wrong; 0: none */
    bool holder_lives; /* as a thread of this process */
    bool locked;
    bool unnamed; /* locked, by somebody whom it does not name: readers, who holds a spin lock */
    bool destroyed;
    bool refused; /* the operation fails, and says so */
    bool lucky;   /* it goes wrong at another moment, or on another system */
    bool joined;  /* of a thread's name: it was before, and names nobody any more */
};
DET_HIDDEN DET_COLD void det_use(struct det_task *t, const struct det_use *use);
DET_HIDDEN DET_COLD void det_copy_used(struct det_task *t, const struct ev_copy *copy);
/* t is about to wait for a mutex of the system that says that t itself holds it. */
DET_HIDDEN DET_COLD void det_own_lock_waits(struct det_task *t, uintptr_t lock, uintptr_t pc);
/* The system's number of another thread that waits at the object for ever, as far as it was told, but with
 * that mutex (0: with whichever); 0: none. */
DET_HIDDEN uint32_t det_waits_at(const struct det_task *t, uintptr_t object, uintptr_t but_with);
/* A wait at a condition was told: whether the last one that is remembered was with another mutex. Who waited so
 * has told of it before. */
DET_HIDDEN bool det_waits_with_other(uintptr_t cond, uintptr_t mutex);
/* A semaphore, barrier or spin lock was destroyed, or made: each is made by a call, so what was destroyed and not
 * made since may not be used. */
DET_HIDDEN void det_destroyed(uintptr_t object);
DET_HIDDEN void det_made(uintptr_t object);
DET_HIDDEN bool det_was_destroyed(uintptr_t object);
/* Whether the object was seen made as one of this kind, exactly there. */
DET_HIDDEN bool det_is_made_as(enum ev_object_kind kind, uintptr_t object);
/* Whether a thread may wait for ever at an object in there; who does, at which. 0: nobody. */
DET_HIDDEN bool det_may_wait_within(uintptr_t addr, size_t size);
DET_HIDDEN uint32_t det_waits_within(const struct det_task *t, uintptr_t addr, size_t size,
                                     uintptr_t *object, uint32_t *kind);
/* Whether there is any lock that t holds, or object at which another thread waits for ever: memory that t gives
 * back may hold it. */
DET_HIDDEN bool det_may_be_used(const struct det_task *t);
/* A lock of the system's that t holds as far as it was told, of those in [addr, addr + size), the one with
 * number `from` or a later one; the next number, or 0: there is none. */
DET_HIDDEN uint32_t det_holds(const struct det_task *t, uint32_t from, uintptr_t addr, size_t size,
                              uintptr_t *lock, uint32_t *mode);

DET_HIDDEN void det_defect(struct det_task *t, enum ev_defect defect, const char *text,
                           uintptr_t pc);
/* The thread of t, main or a thread, has its thread-local variables at [pointer - bytes, pointer), on its stack, unless it is
 * the initial one. bytes is the same for all. */
DET_HIDDEN void det_task_storage(struct det_task *t, uintptr_t pointer, uintptr_t bytes);
DET_HIDDEN void det_module_load(const struct ev_module *module);
DET_HIDDEN void det_module_unload(uintptr_t lo);
/* Around a fork, on the forking thread: before it, whose result goes to after it in the parent. */
DET_HIDDEN bool det_fork_before(void);
DET_HIDDEN void det_fork_after(bool before);
DET_HIDDEN void det_fork_child(struct det_task *t, int pid);
DET_HIDDEN void det_finish(struct det_task *t, int status);
/* t begins a test, inside the one that it is in; it ends one, or one that it was made in, or, if it is in none, the
 * innermost that is under way. Returns its number, which det_test_judge takes back; 0: there was none (tests.h). */
DET_HIDDEN void det_test_begin(struct det_task *t, const char *name);
DET_HIDDEN uint32_t det_test_end(struct det_task *t);
/* Whether somebody who belongs to a test that has ended still lives, but `ending` and daemons; then who does is
 * recorded, each once. */
DET_HIDDEN bool det_test_has_left(const struct det_task *ending, uint32_t test);
DET_HIDDEN void det_test_judge(struct det_task *ending, uint32_t test);
/* Exit handlers and destructors are through, which may have ended and joined threads: those that are left are
 * judged, unless what was left of the process was before. */
DET_HIDDEN void det_finish_threads(struct det_task *t);

#endif
