/* sync_event.c - see sync_event.h. */
#include "instrument/sync_event.h"

#include "instrument/callers.h"
#include "instrument/deadlock.h"
#include "instrument/modules.h"
#include "instrument/sys.h"
#include "instrument/unchecked.h"
#include "instrument/watch.h"

#define KEY(object) ((uintptr_t)(object))

/* A plain write of all of a primitive. Like every plain access it counts only when instrumented code makes
 * it: a library that we do not see into hands its primitives over in ways that we do not see either. */
static void overwrite(struct det_task *t, const volatile void *object, size_t size, uintptr_t pc) {
    if (code_is_instrumented(pc)) {
        det_access(t, KEY(object), size, EV_WRITE | EV_SYNC, pc);
    }
}

void sync_new(enum ev_object_kind kind, const volatile void *object, size_t size, uintptr_t pc) {
    det_made(KEY(object)); /* whoever does it */
    struct det_task *t = event_enter();
    if (t != NULL) {
        overwrite(t, object, size, pc);
        det_object_new(t, kind, KEY(object), size, pc);
        event_leave();
    }
}

void sync_destroy(const volatile void *object, size_t size, uintptr_t pc) {
    struct det_task *t = event_enter();
    if (t != NULL) {
        overwrite(t, object, size, pc);
        det_object_destroy(t, KEY(object), size);
        event_leave();
    }
}

void sync_expect(const volatile void *object) {
    if (LIKELY(self.task != NULL)) {
        det_expect(KEY(object));
    }
}

static inline void touch(struct det_task *t, const volatile void *object, uintptr_t pc) {
    if (UNLIKELY(self.ignores.any != 0) && ignores_access(EV_WRITE)) {
        return;
    }
    det_access(t, KEY(object), SYNC_TOUCHED_BYTES, EV_WRITE | EV_ATOMIC | EV_SYNC, pc);
}

void sync_touch(const volatile void *object, uintptr_t pc) {
    struct det_task *t = event_enter();
    if (t != NULL) {
        touch(t, object, pc);
        event_leave();
    }
}

void sync_signals(const volatile void *object, uintptr_t pc) {
    sync_touch(object, pc);
    struct det_task *t = event_enter();
    if (t != NULL) {
        det_condition_signals(t);
        event_leave();
    }
}

void sync_condition_waited(const volatile void *lock) {
    struct det_task *t = event_enter();
    if (t != NULL) {
        det_condition_waited(t, KEY(lock));
        event_leave();
    }
}

void sync_publish(const volatile void *object, uintptr_t pc) {
    struct det_task *t = event_enter();
    if (t != NULL) {
        touch(t, object, pc);
        if (!ignores_sync()) {
            det_release_merge(t, KEY(object));
        }
        event_leave();
    }
}

void sync_publish_to(const volatile void *key) {
    struct det_task *t = ignores_sync() ? NULL : event_enter();
    if (t != NULL) {
        det_release_merge(t, KEY(key));
        event_leave();
    }
}

void sync_receive(const volatile void *object) {
    struct det_task *t = ignores_sync() ? NULL : event_enter();
    if (t != NULL) {
        det_acquire(t, KEY(object));
        event_leave();
    }
}

void sync_taken(const volatile void *lock, const volatile void *readers, uint32_t mode,
                uintptr_t pc) {
    struct det_task *t = event_enter();
    if (t != NULL && ignores_sync()) {
        touch(t, lock, pc);
        det_lock_acquired(t, KEY(lock), mode, pc);
        event_leave();
    } else if (t != NULL) {
        struct ev_lock event = {.lock = KEY(lock),
                                .readers = KEY(readers),
                                .size = SYNC_TOUCHED_BYTES,
                                .mode = mode,
                                .pc = pc};
        det_lock_taken(t, &event);
        event_leave();
    }
}

void sync_locked(const volatile void *lock, const volatile void *readers, uint32_t mode,
                 uintptr_t pc) {
    struct det_task *t = event_enter();
    if (t != NULL) {
        if (!ignores_sync()) {
            struct ev_lock event = {.lock = KEY(lock), .readers = KEY(readers), .mode = mode};
            det_lock_received(t, &event);
        }
        det_lock_acquired(t, KEY(lock), mode, pc);
        event_leave();
    }
}

void sync_unlocking(const volatile void *lock, uint32_t mode, uintptr_t pc) {
    struct det_task *t = event_enter();
    if (UNLIKELY(t == NULL)) {
        det_serves(KEY(lock));
    } else if (ignores_sync()) {
        touch(t, lock, pc);
        det_serves(KEY(lock));
        det_lock_released(t, KEY(lock), mode);
        event_leave();
    } else {
        struct ev_lock event = {.lock = KEY(lock),
                                .readers = KEY(readers_of(lock)),
                                .size = SYNC_TOUCHED_BYTES,
                                .mode = mode,
                                .pc = pc};
        det_lock_leaving(t, &event);
        event_leave();
    }
}

/* Deadlines are told on the monotonic clock; a bad timespec is the real call's affair. */
static int64_t monotonic_deadline(clockid_t clock, const struct timespec *deadline) {
    if (deadline == NULL) {
        return 0;
    }
    int64_t at = (int64_t)deadline->tv_sec * 1000000000 + deadline->tv_nsec;
    if (clock != CLOCK_MONOTONIC) {
        at += sys_clock_ns(CLOCK_MONOTONIC) - sys_clock_ns(clock);
    }
    return at > 0 ? at : 1;
}

static enum det_look waits(enum ev_wait_kind kind, const volatile void *object,
                           const struct det_task *waker, clockid_t clock,
                           const struct timespec *deadline, uintptr_t pc) {
    struct callers callers;
    callers_find(&callers, pc);
    struct det_task *t = callers_enter(&callers);
    if (t == NULL) {
        return DET_LOOK_NOT;
    }
    pc = callers.pc[0];
    uintptr_t key = KEY(object);
    enum det_look look = DET_LOOK_NOT;
    struct ev_wait wait = {.kind = kind,
                           .n_objects = 1,
                           .objects = &key,
                           .deadline_ns = monotonic_deadline(clock, deadline),
                           .waker = waker};
    bool is_cond = kind == EV_WAIT_PTHREAD_COND;
    struct det_endless endless = {.thread = deadline == NULL || is_cond ? deadlock_thread() : 0,
                                  .with = is_cond ? self.waits_with : 0};
    if (endless.thread != 0 && deadlock_is_within(kind, object)) {
        endless.behind_writers = deadlock_is_behind_writers(kind, object);
        if (deadline == NULL) {
            look = det_thread_waits(t, &wait, &endless, pc);
        } else {
            det_timed_wait_begins(t, &wait, &endless, pc);
        }
    } else {
        det_wait_begin(t, &wait, pc);
    }
    callers_leave(t, &callers);
    return look;
}

void sync_wait(enum ev_wait_kind kind, const volatile void *object, const struct det_task *waker,
               clockid_t clock, const struct timespec *deadline, uintptr_t pc) {
    watch_as_told(waits(kind, object, waker, clock, deadline, pc));
}

void sync_may_wait(enum ev_wait_kind kind, const volatile void *object, bool somebody,
                   uintptr_t pc) {
    enum det_look look = waits(kind, object, NULL, CLOCK_MONOTONIC, NULL, pc);
    if (somebody) {
        watch_as_told(look);
    }
}

void sync_sleep(uintptr_t pc) {
    struct callers callers;
    callers_find(&callers, pc);
    struct det_task *t = callers_enter(&callers);
    if (t != NULL) {
        struct ev_wait wait = {.kind = EV_WAIT_SLEEP};
        det_wait_begin(t, &wait, callers.pc[0]);
        callers_leave(t, &callers);
    }
}

void sync_waited(void) {
    struct det_task *t = event_enter();
    if (t != NULL) {
        det_wait_end(t);
        event_leave();
    }
}
