/* c11.c - the names of C11: in glibc the same objects as pthreads', by other entries [HB-C11-01].
 *
 * Each function is its POSIX twin's story with C11's own real call, so that results stay C11's.
 */
#include "instrument/front.h"
#include "instrument/misuse.h"
#include "instrument/real.h"
#include "instrument/sync_event.h"
#include "instrument/thread.h"

#define MUTEX(m) ((const pthread_mutex_t *)(const void *)(m))
#define COND(c)  ((const pthread_cond_t *)(const void *)(c))

/* As in mutex.c: only the outermost level counts. */
static bool is_inner_level(const mtx_t *m) {
    return (MUTEX(m)->__data.__kind & 3) == PTHREAD_MUTEX_RECURSIVE && MUTEX(m)->__data.__count > 1;
}

static void not_taken(const mtx_t *m, int result, uintptr_t pc) {
    if (result == thrd_error) {
        misuse_of_mutex(DEED_LOCK, MUTEX(m), pc);
    }
}

static int tried(const mtx_t *m, int result, uint32_t mode, uintptr_t pc) {
    if (result == thrd_success && !is_inner_level(m)) {
        sync_taken(m, NULL, mode | EV_LOCK_IS_MUTEX, pc);
    } else {
        sync_touch(m, pc);
        not_taken(m, result, pc);
    }
    return result;
}

/* After a wait. */
static int locked(const mtx_t *m, int result, uint32_t mode, uintptr_t pc) {
    sync_waited();
    if (result == thrd_success && !is_inner_level(m)) {
        sync_locked(m, NULL, mode | EV_LOCK_IS_MUTEX, pc);
    } else {
        not_taken(m, result, pc);
    }
    return result;
}

/* -- mutexes -- */

INTERPOSE int mtx_init(mtx_t *m, int kind) {
    misuse_of_mutex(DEED_INIT, MUTEX(m), CALLER_PC);
    sync_new(EV_OBJECT_MUTEX, m, sizeof *m, CALLER_PC);
    return REAL_OF(mtx_init)(m, kind);
}

INTERPOSE void mtx_destroy(mtx_t *m) {
    misuse_of_mutex(DEED_DESTROY, MUTEX(m), CALLER_PC);
    sync_destroy(m, sizeof *m, CALLER_PC);
    REAL_OF(mtx_destroy)(m);
}

INTERPOSE int mtx_lock(mtx_t *m) {
    int result = REAL_OF(mtx_trylock)(m);
    if (LIKELY(result != thrd_busy)) {
        return tried(m, result, EV_LOCK_WRITE, CALLER_PC);
    }
    sync_touch(m, CALLER_PC);
    sync_wait(EV_WAIT_PTHREAD_MUTEX, m, NULL, CLOCK_MONOTONIC, NULL, CALLER_PC);
    return locked(m, REAL_OF(mtx_lock)(m), EV_LOCK_WRITE, CALLER_PC);
}

INTERPOSE int mtx_timedlock(mtx_t *m, const struct timespec *deadline) {
    int result = REAL_OF(mtx_trylock)(m);
    if (LIKELY(result != thrd_busy)) {
        return tried(m, result, EV_LOCK_WRITE | EV_LOCK_TIMED, CALLER_PC);
    }
    sync_touch(m, CALLER_PC);
    sync_wait(EV_WAIT_PTHREAD_MUTEX, m, NULL, CLOCK_REALTIME, deadline, CALLER_PC);
    return locked(m, REAL_OF(mtx_timedlock)(m, deadline), EV_LOCK_WRITE | EV_LOCK_TIMED, CALLER_PC);
}

INTERPOSE int mtx_trylock(mtx_t *m) {
    return tried(m, REAL_OF(mtx_trylock)(m), EV_LOCK_WRITE | EV_LOCK_TRY, CALLER_PC);
}

INTERPOSE int mtx_unlock(mtx_t *m) {
    if (UNLIKELY(!misuse_is_mine(MUTEX(m)))) {
        misuse_of_mtx_unlock(MUTEX(m), CALLER_PC);
    }
    if (!is_inner_level(m)) {
        sync_unlocking(m, EV_LOCK_WRITE, CALLER_PC);
    }
    return REAL_OF(mtx_unlock)(m);
}

/* -- condition variables -- */

INTERPOSE int cnd_init(cnd_t *c) {
    sync_new(EV_OBJECT_COND, c, sizeof *c, CALLER_PC);
    return REAL_OF(cnd_init)(c);
}

INTERPOSE void cnd_destroy(cnd_t *c) {
    bool waits = misuse_of_destroy(EV_OBJECT_COND, c, CALLER_PC);
    sync_destroy(c, sizeof *c, CALLER_PC);
    if (waits) {
        sync_wait(EV_WAIT_PTHREAD_COND_DESTROY, c, NULL, CLOCK_MONOTONIC, NULL, CALLER_PC);
    }
    REAL_OF(cnd_destroy)(c);
    if (waits) {
        sync_waited();
    }
}

INTERPOSE int cnd_signal(cnd_t *c) {
    misuse_using_cond(DEED_WAKE, COND(c), CALLER_PC);
    det_serves((uintptr_t)c);
    sync_signals(c, CALLER_PC);
    return REAL_OF(cnd_signal)(c);
}

INTERPOSE int cnd_broadcast(cnd_t *c) {
    misuse_using_cond(DEED_WAKE, COND(c), CALLER_PC);
    det_serves((uintptr_t)c);
    sync_signals(c, CALLER_PC);
    return REAL_OF(cnd_broadcast)(c);
}

INTERPOSE int cnd_wait(cnd_t *c, mtx_t *m) {
    misuse_waiting(COND(c), MUTEX(m), CALLER_PC);
    sync_touch(c, CALLER_PC);
    sync_unlocking(m, EV_LOCK_WRITE | EV_LOCK_WAITS, CALLER_PC);
    sync_wait(EV_WAIT_PTHREAD_COND, c, NULL, CLOCK_MONOTONIC, NULL, CALLER_PC);
    misuse_waiting_is_told(COND(c), MUTEX(m), CALLER_PC);
    int result = REAL_OF(cnd_wait)(c, m);
    sync_waited();
    sync_locked(m, NULL, EV_LOCK_WRITE | EV_LOCK_IS_MUTEX, CALLER_PC);
    sync_condition_waited(m);
    return result;
}

INTERPOSE int cnd_timedwait(cnd_t *c, mtx_t *m, const struct timespec *deadline) {
    misuse_waiting(COND(c), MUTEX(m), CALLER_PC);
    sync_touch(c, CALLER_PC);
    sync_unlocking(m, EV_LOCK_WRITE | EV_LOCK_WAITS, CALLER_PC);
    sync_wait(EV_WAIT_PTHREAD_COND, c, NULL, CLOCK_REALTIME, deadline, CALLER_PC);
    misuse_waiting_is_told(COND(c), MUTEX(m), CALLER_PC);
    int result = REAL_OF(cnd_timedwait)(c, m, deadline);
    sync_waited();
    sync_locked(m, NULL, EV_LOCK_WRITE | EV_LOCK_IS_MUTEX, CALLER_PC);
    sync_condition_waited(m);
    return result;
}

/* -- threads -- */

/* The int of a C11 thread travels in the pointer of a POSIX one, as glibc's own does. */
static int run_c11(void *start) {
    return (int)(intptr_t)thread_run(start);
}

INTERPOSE int thrd_create(thrd_t *handle, thrd_start_t routine, void *argument) {
    void *(*as_posix)(void *);
    __builtin_memcpy(&as_posix, &routine, sizeof as_posix);
    struct thread_start *start = thread_prepare(as_posix, argument, false, CALLER_PC);
    if (start == NULL) {
        return REAL_OF(thrd_create)(handle, routine, argument);
    }
    uint64_t mask = thread_hold_signals(start, NULL);
    int result = REAL_OF(thrd_create)(handle, run_c11, start);
    thread_let_signals(mask);
    if (result != thrd_success) {
        thread_not_started(start);
    }
    return result;
}

INTERPOSE int thrd_join(thrd_t handle, int *value) {
    struct thread_joinee joinee = thread_join_begin(handle, CLOCK_REALTIME, NULL, CALLER_PC);
    int result = REAL_OF(thrd_join)(handle, value);
    thread_join_end(joinee, handle, result == thrd_success);
    return result;
}

INTERPOSE int thrd_detach(thrd_t handle) {
    if (front.on) {
        thread_detaching(handle, CALLER_PC);
    }
    return REAL_OF(thrd_detach)(handle);
}
