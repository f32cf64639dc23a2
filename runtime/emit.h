/* emit.h - what the runtime tells a detector; the only file that knows the door.
 *
 * In a normal run rdl__events is NULL and every emitter is one load and one branch. The emitters
 * name the edges of SEMANTICS part 2; where they are called decides their meaning: an event that
 * publishes comes before the real operation, one that receives comes after it.
 *
 * Task   `t` is the detector's handle of the task the event belongs to, NULL without a detector.
 *        A waker emits for a parked task: calls for one task never overlap, because it is parked.
 * pc     the return address of the public call, in the user's function.
 */
#ifndef RDL__EMIT_H
#define RDL__EMIT_H

#include "detector/event.h"

/* NULL: nobody watches. Written once, before the first task exists. */
extern const struct raddle_events *rdl__events;

/* Looks for a detector; an incompatible one ends the process with one line and 125. */
void rdl__emit_init(void);

/* What the dump calls a wait. */
const char *rdl__emit_wait_text(enum ev_wait_kind kind);
extern const char *const rdl__emit_wait_texts[]; /* by kind */

static inline bool rdl__emit_on(void) {
    return __builtin_expect(rdl__events != NULL, 0);
}

#define EMIT_LOCK_BYTES                                                                            \
    4 /* of a lock: within one granule of shadow; a copy of it, or a write over all of it, meets that */

#define EMIT(call)                                                                                 \
    do {                                                                                           \
        if (rdl__emit_on()) {                                                                      \
            rdl__events->call;                                                                     \
        }                                                                                          \
    } while (0)

static inline void rdl__emit_acquire(struct det_task *t, const void *key) {
    EMIT(acquire(t, (uintptr_t)key));
}

static inline void rdl__emit_release(struct det_task *t, const void *key) {
    EMIT(release(t, (uintptr_t)key));
}

static inline void rdl__emit_release_merge(struct det_task *t, const void *key) {
    EMIT(release_merge(t, (uintptr_t)key));
}

static inline void rdl__emit_release_acquire(struct det_task *t, const void *key) {
    EMIT(release_acquire(t, (uintptr_t)key));
}

/* Both clocks become their join [HB-CH-04 MEET]. */
static inline void rdl__emit_meet(struct det_task *a, struct det_task *b) {
    EMIT(meet(a, b));
}

/* A lock is self's, or about to be let go [RP-08]. readers: the key of those who hold it together. */
static inline void rdl__emit_taken(struct det_task *t, const void *lock, const void *readers,
                                   uint32_t mode, uintptr_t pc) {
    if (rdl__emit_on()) {
        const struct ev_lock event = {(uintptr_t)lock, (uintptr_t)readers, EMIT_LOCK_BYTES, mode,
                                      pc};
        rdl__events->lock_taken(t, &event);
    }
}

static inline void rdl__emit_leaving(struct det_task *t, const void *lock, const void *readers,
                                     uint32_t mode, uintptr_t pc) {
    if (rdl__emit_on()) {
        const struct ev_lock event = {(uintptr_t)lock, (uintptr_t)readers, EMIT_LOCK_BYTES, mode,
                                      pc};
        rdl__events->lock_leaving(t, &event);
    }
}

/* t signals a condition; has waited for one, and holds its lock again. */
static inline void rdl__emit_signals(struct det_task *t) {
    EMIT(condition_signals(t));
}

static inline void rdl__emit_waited(struct det_task *t, const void *lock) {
    EMIT(condition_waited(t, (uintptr_t)lock));
}

/* t uses an object whose bytes say that it is in use, elsewhere: copy->original. */
static inline void rdl__emit_copy_used(struct det_task *t, const struct ev_copy *copy) {
    EMIT(copy_used(t, copy));
}

/* self runs a once's function from here on; it has returned, or panicked. */
static inline void rdl__emit_once_begin(struct det_task *t, const void *once, uintptr_t pc) {
    EMIT(lock_acquired(t, (uintptr_t)once, EV_LOCK_ONCE, pc));
}

static inline void rdl__emit_once_end(struct det_task *t, const void *once) {
    EMIT(lock_released(t, (uintptr_t)once, EV_LOCK_ONCE));
}

/* An access of the user's data made on his behalf [HB-CH-14]. */
static inline void rdl__emit_access(struct det_task *t, const void *addr, size_t bytes,
                                    uint32_t access, uintptr_t pc) {
    if (rdl__emit_on() && addr != NULL && bytes != 0) {
        rdl__events->access(t, (uintptr_t)addr, bytes, access, pc);
    }
}

/* An access of a primitive itself [RP-01..08]. */
static inline void rdl__emit_sync_access(struct det_task *t, const void *addr, size_t bytes,
                                         uint32_t access, uintptr_t pc) {
    EMIT(access(t, (uintptr_t)addr, bytes, access | EV_SYNC, pc));
}

/* This thread runs t from now on; NULL: the runtime's own code. */
static inline void rdl__emit_switch(struct det_task *t) {
    EMIT(task_switch(t));
}

static inline struct det_task *rdl__emit_current(void) {
    return rdl__emit_on() ? rdl__events->task_current() : NULL;
}

#endif
