/* misuse.c - what glibc's objects say of themselves, for the rules of misuse (detector/misuse.h).
 *
 * A mutex names its holder by the system's number of the thread. Nothing is said of one that another process
 * may hold, or of which the processor's transactional memory takes the place; nor by a goroutine, which may run
 * on another thread when it unlocks than when it locked; nor by a child of vfork, or of a fork that we did not
 * see, which is another process than it seems.
 */
#include "instrument/misuse.h"

#include "instrument/barrier.h"
#include "instrument/callers.h"
#include "instrument/deadlock.h"
#include "instrument/sys.h"

#include <semaphore.h>
#include <signal.h>

#define TYPE_BITS      3 /* of glibc's __kind */
#define ROBUST_BIT     16
#define INHERIT_BIT    32 /* of priorities */
#define PROTECT_BIT    64 /* likewise: the lock word holds the ceiling */
#define SHARED_BIT     128
#define ELISION_BIT    256
#define DESTROYED_KIND (-1)

#define COND_WAITERS_SHIFT 3 /* of a condition's __wrefs */

/* Who asks: a thread that is watched, in a process that is the one we started in. */
static bool may_judge(void) {
    return self.task != NULL && self.task == self.own && deadlock_thread() != 0 &&
           !front.sandboxed && sys_getpid() == front.pid;
}

static bool is_thread_here(uint32_t thread) {
    return thread != 0 && SYS3(SYS_tgkill, front.pid, thread, 0) == 0;
}

/* What only who holds it may do. */
static bool needs_holder(enum findings_deed deed) {
    return deed == DEED_UNLOCK || deed == DEED_WAIT;
}

static bool refuses(const pthread_mutex_t *m) {
    int kind = m->__data.__kind, type = kind & TYPE_BITS;
    return type == PTHREAD_MUTEX_RECURSIVE || type == PTHREAD_MUTEX_ERRORCHECK ||
           (kind & (ROBUST_BIT | INHERIT_BIT)) != 0;
}

static bool can_tell(const pthread_mutex_t *m) {
    int kind = m->__data.__kind;
    return kind == DESTROYED_KIND || (kind & (PROTECT_BIT | SHARED_BIT | ELISION_BIT)) == 0;
}

/* What it says now. The holder is read first: a lock that is let go meanwhile is unlocked. */
static struct det_use use_of(enum findings_deed deed, const pthread_mutex_t *m, uintptr_t pc) {
    uint32_t holder = (uint32_t)__atomic_load_n(&m->__data.__owner, __ATOMIC_ACQUIRE);
    bool locked = __atomic_load_n(&m->__data.__lock, __ATOMIC_ACQUIRE) != 0;
    return (struct det_use){
        .deed = deed,
        .kind = EV_OBJECT_MUTEX,
        .object = (uintptr_t)m,
        .pc = pc,
        .thread = deadlock_thread(),
        .holder = holder,
        .holder_lives = is_thread_here(holder),
        .locked = locked,
        .destroyed = m->__data.__kind == DESTROYED_KIND,
        .refused = needs_holder(deed) && m->__data.__kind != DESTROYED_KIND && refuses(m),
    };
}

/* At the end of the process, with it gone in a moment, threads that are left go on with what exit handlers and
 * destructors have taken from under them: programs live with that. */
static void tell(const struct det_use *use) {
    struct det_use told = *use;
    struct callers callers;
    told.lucky |= front.finished;
    callers_find_of(&callers, use->pc);
    struct det_task *t = callers_enter(&callers);
    if (t != NULL) {
        det_use(t, &told);
        callers_leave(t, &callers);
    }
}

void misuse_of_mutex(enum findings_deed deed, const pthread_mutex_t *m, uintptr_t pc) {
    bool makes_or_ends = deed == DEED_INIT || deed == DEED_DESTROY;
    bool is_free = __atomic_load_n(&m->__data.__lock, __ATOMIC_RELAXED) == 0;
    if ((makes_or_ends && is_free && m->__data.__kind != DESTROYED_KIND) || !may_judge() ||
        !can_tell(m)) {
        return;
    }
    struct det_use use = use_of(deed, m, pc);
    bool odd = use.destroyed || (use.deed == DEED_UNLOCK && use.holder != use.thread) ||
               (use.locked && use.deed != DEED_LOCK);
    if (odd) {
        tell(&use);
    }
}

void misuse_of_mtx_unlock(const pthread_mutex_t *m, uintptr_t pc) {
    if (may_judge() && can_tell(m)) {
        struct det_use use = use_of(DEED_UNLOCK, m, pc);
        use.refused = false;
        if (use.holder != use.thread) {
            tell(&use);
        }
    }
}

void misuse_of_own(const pthread_mutex_t *m, uintptr_t pc) {
    struct det_task *t = may_judge() && can_tell(m) ? event_enter() : NULL;
    if (t != NULL) {
        det_own_lock_waits(t, (uintptr_t)m, pc);
        event_leave();
    }
}

void misuse_of_wait(const pthread_cond_t *c, const pthread_mutex_t *m, uintptr_t pc) {
    if (!may_judge() || !can_tell(m)) {
        return;
    }
    struct det_use use = use_of(DEED_WAIT, m, pc);
    if (use.holder != use.thread) {
        use.kind = use.destroyed ? EV_OBJECT_MUTEX : EV_OBJECT_COND;
        use.with = use.destroyed ? 0 : use.object;
        use.object = use.destroyed ? use.object : (uintptr_t)c;
        tell(&use);
    }
}

/* Somebody who sleeps at the object now, but with that mutex. (As who waits for a barrier would: somewhere in
 * the object.) */
static uint32_t sleeper_at(uintptr_t object, uintptr_t but_with) {
    uint32_t thread = det_waits_at(self.task, object, but_with);
    bool asleep =
        thread != 0 && deadlock_asleep(thread, EV_WAIT_PTHREAD_BARRIER, object) == DET_ASLEEP;
    return asleep ? thread : 0;
}

/* Of a semaphore's 64 bits the upper half counts who waits. */
static bool has_waiters(enum ev_object_kind kind, const void *object) {
    if (kind == EV_OBJECT_SEMAPHORE) {
        uint32_t words[2];
        return sys_peek((uintptr_t)object, words, sizeof words) && words[1] != 0;
    }
    if (kind == EV_OBJECT_BARRIER) {
        return __atomic_load_n(&((const struct barrier *)object)->inside, __ATOMIC_RELAXED) != 0;
    }
    const pthread_cond_t *cond = object;
    return cond->__data.__wrefs >> COND_WAITERS_SHIFT != 0;
}

enum { LOOKS = 100 }; /* 0.1 ms or more apart */

static void take_a_moment(void) {
    struct timespec moment = {.tv_nsec = 100 * 1000};
    SYS3(SYS_nanosleep, &moment, NULL, 0);
}

/* Who waits there. One that does, but does not sleep, was woken, and soon does not wait any more, which is right; or
 * it has let its mutex go, and soon sleeps. */
static uint32_t waiter_of(enum ev_object_kind kind, const void *object) {
    uint32_t thread = 0;
    for (int i = 0; i < LOOKS && thread == 0 && has_waiters(kind, object); i++) {
        if (i != 0) {
            take_a_moment();
        }
        thread = sleeper_at((uintptr_t)object, 0);
    }
    return thread;
}

/* Who waits there with another mutex. One that does, but does not sleep, is about to, or was woken, as above. */
static uint32_t waiter_with_other(uintptr_t cond, uintptr_t mutex) {
    uint32_t thread = 0;
    for (int i = 0; i < LOOKS && thread == 0 && det_waits_at(self.task, cond, mutex) != 0; i++) {
        if (i != 0) {
            take_a_moment();
        }
        thread = sleeper_at(cond, mutex);
    }
    return thread;
}

void misuse_of_two(const pthread_cond_t *c, const pthread_mutex_t *m, uintptr_t pc) {
    if (!may_judge() || !can_tell(m)) {
        return;
    }
    struct det_use use = use_of(DEED_WAIT, m, pc);
    if (use.holder == use.thread) {
        use.waiter = waiter_with_other((uintptr_t)c, (uintptr_t)m);
    }
    if (use.waiter != 0) {
        use.kind = EV_OBJECT_COND;
        use.with = use.object;
        use.object = (uintptr_t)c;
        use.refused = false;
        tell(&use);
    }
}

/* Made by a call, and by nobody but this process: what another one shares, it may make anew. The real call may not
 * touch the object, so it may be nowhere. */
static bool is_made_here(enum ev_object_kind kind, const void *object) {
    uint64_t copy[4];
    _Static_assert(sizeof(sem_t) == sizeof copy && sizeof(pthread_barrier_t) == sizeof copy, "");
    if (kind == EV_OBJECT_SEMAPHORE || kind == EV_OBJECT_BARRIER) {
        return sys_peek((uintptr_t)object, copy, sizeof copy) &&
               deadlock_is_within(kind == EV_OBJECT_SEMAPHORE ? EV_WAIT_PTHREAD_SEMAPHORE
                                                              : EV_WAIT_PTHREAD_BARRIER,
                                  copy);
    }
    return kind == EV_OBJECT_SPINLOCK && det_is_made_as(kind, (uintptr_t)object);
}

static void remember_gone(enum ev_object_kind kind, const void *object) {
    if (is_made_here(kind, object)) {
        det_destroyed((uintptr_t)object);
    }
}

void misuse_of_destroyed(enum findings_deed deed, enum ev_object_kind kind,
                         const volatile void *object, uintptr_t pc) {
    struct det_use use = {
        .deed = deed, .kind = kind, .object = (uintptr_t)object, .pc = pc, .destroyed = true};
    if (may_judge()) {
        use.thread = deadlock_thread();
        tell(&use);
    }
}

bool misuse_of_destroy(enum ev_object_kind kind, const void *object, uintptr_t pc) {
    struct det_use use = {
        .deed = DEED_DESTROY, .kind = kind, .object = (uintptr_t)object, .pc = pc};
    if (kind == EV_OBJECT_COND) {
        misuse_using_cond(DEED_DESTROY, object, pc);
    } else {
        misuse_using(DEED_DESTROY, kind, object, pc);
    }
    use.waiter = may_judge() ? waiter_of(kind, object) : 0;
    if (use.waiter != 0) {
        use.thread = deadlock_thread();
        tell(&use);
    }
    remember_gone(kind, object);
    return kind == EV_OBJECT_COND && has_waiters(kind, object);
}

void misuse_of_empty_barrier(const void *barrier, uintptr_t pc) {
    struct det_use use = {.deed = DEED_INIT,
                          .kind = EV_OBJECT_BARRIER,
                          .object = (uintptr_t)barrier,
                          .pc = pc,
                          .refused = true};
    if (may_judge()) {
        use.thread = deadlock_thread();
        tell(&use);
    }
}

void misuse_of_handler(enum findings_deed deed, uintptr_t pc) {
    struct det_use use = {.deed = deed, .pc = pc, .lucky = true};
    if (may_judge() && self.busy == 0) {
        use.thread = deadlock_thread();
        tell(&use);
    }
}

void misuse_of_thread(enum findings_deed deed, pthread_t handle, bool was_joined, uintptr_t pc) {
    struct det_use use = {.deed = deed,
                          .kind = EV_OBJECT_THREAD,
                          .object = (uintptr_t)handle,
                          .pc = pc,
                          .joined = was_joined};
    if (may_judge()) {
        use.thread = deadlock_thread();
        tell(&use);
    }
}

/* -- locks that do not name who holds them ---------------------------------------------------- */

static struct det_use use_of_rwlock(enum findings_deed deed, const pthread_rwlock_t *l,
                                    uintptr_t pc) {
    uint32_t writer = (uint32_t)__atomic_load_n(&l->__data.__cur_writer, __ATOMIC_ACQUIRE);
    bool read =
        __atomic_load_n(&l->__data.__readers, __ATOMIC_ACQUIRE) >> MISUSE_READERS_SHIFT != 0;
    return (struct det_use){
        .deed = deed,
        .kind = EV_OBJECT_RWMUTEX,
        .object = (uintptr_t)l,
        .pc = pc,
        .thread = deadlock_thread(),
        .holder = writer,
        .holder_lives = is_thread_here(writer),
        .locked = read || writer != 0,
        .unnamed = read,
    };
}

static struct det_use use_of_spin(enum findings_deed deed, const pthread_spinlock_t *s,
                                  uintptr_t pc) {
    bool locked = __atomic_load_n(s, __ATOMIC_ACQUIRE) != MISUSE_SPIN_FREE;
    return (struct det_use){
        .deed = deed,
        .kind = EV_OBJECT_MUTEX,
        .object = (uintptr_t)s,
        .pc = pc,
        .thread = deadlock_thread(),
        .locked = locked,
        .unnamed = locked,
    };
}

/* Unlocking, l is one: it was looked at. */
void misuse_of_rwlock(enum findings_deed deed, const pthread_rwlock_t *l, uintptr_t pc) {
    pthread_rwlock_t copy;
    if (!may_judge() || !sys_peek((uintptr_t)l, &copy, sizeof copy) || copy.__data.__shared != 0) {
        return;
    }
    struct det_use use = use_of_rwlock(deed, &copy, pc);
    use.object = (uintptr_t)l;
    if (deed == DEED_UNLOCK ? !use.unnamed && use.holder != use.thread : use.locked) {
        tell(&use);
    }
}

/* What is to be made lies in memory that may hold anything, often what a locked one has: only one that the
 * thread itself holds is looked at. */
static bool may_be_held(const pthread_spinlock_t *s) {
    uintptr_t lock;
    uint32_t mode;
    return det_holds(self.task, 0, (uintptr_t)s, sizeof *s, &lock, &mode) != 0;
}

void misuse_of_spin(enum findings_deed deed, const pthread_spinlock_t *s, uintptr_t pc) {
    pthread_spinlock_t copy;
    if (deed == DEED_DESTROY) {
        misuse_using(deed, EV_OBJECT_SPINLOCK, s, pc);
        remember_gone(EV_OBJECT_SPINLOCK, (const void *)(uintptr_t)s);
    }
    if (!may_judge() || (deed == DEED_INIT && !may_be_held(s)) ||
        !sys_peek((uintptr_t)s, (void *)(uintptr_t)&copy, sizeof copy)) {
        return;
    }
    struct det_use use = use_of_spin(deed, &copy, pc);
    use.object = (uintptr_t)s;
    if (use.locked != (deed == DEED_UNLOCK)) {
        tell(&use);
    }
}

/* -- locks that are held where nobody expects it --------------------------------------------- */

/* What the lock at addr says, if the calling thread holds it as it says. Robust ones go to somebody else. */
static bool is_held(struct det_use *use, uintptr_t addr, uint32_t mode) {
    union {
        pthread_mutex_t mutex;
        pthread_rwlock_t rwlock;
        pthread_spinlock_t spin;
    } copy;
    enum findings_deed deed = use->deed;
    size_t n = (mode & EV_LOCK_IS_MUTEX) != 0    ? sizeof copy.mutex
               : (mode & EV_LOCK_IS_RWLOCK) != 0 ? sizeof copy.rwlock
                                                 : sizeof copy.spin;
    if (!sys_peek(addr, &copy, n)) {
        return false;
    }
    if ((mode & EV_LOCK_IS_MUTEX) != 0) {
        int kind = copy.mutex.__data.__kind;
        *use = use_of(deed, &copy.mutex, use->pc);
        use->locked &= can_tell(&copy.mutex) && kind != DESTROYED_KIND && (kind & ROBUST_BIT) == 0;
        use->destroyed = use->refused = false;
    } else if ((mode & EV_LOCK_IS_RWLOCK) != 0) {
        *use = use_of_rwlock(deed, &copy.rwlock, use->pc);
        use->unnamed &= (mode & EV_LOCK_READ) != 0;
        use->locked &= copy.rwlock.__data.__shared == 0;
    } else {
        *use = use_of_spin(deed, &copy.spin, use->pc);
    }
    use->object = addr;
    return use->locked && (use->unnamed || use->holder == use->thread);
}

static bool tell_held(struct det_task *t, struct det_use *use, uintptr_t lock, uint32_t mode) {
    if (!is_held(use, lock, mode)) {
        return false;
    }
    uint32_t was = guard_enter();
    det_use(t, use);
    if (use->deed == DEED_FREE) {
        det_lock_released(t, lock, mode);
    }
    guard_leave(was);
    return true;
}

static enum ev_object_kind object_of(uint32_t wait) {
    switch (wait) {
    case EV_WAIT_PTHREAD_COND:
        return EV_OBJECT_COND;
    case EV_WAIT_PTHREAD_SEMAPHORE:
        return EV_OBJECT_SEMAPHORE;
    case EV_WAIT_PTHREAD_BARRIER:
        return EV_OBJECT_BARRIER;
    case EV_WAIT_PTHREAD_RWLOCK_READ:
    case EV_WAIT_PTHREAD_RWLOCK_WRITE:
        return EV_OBJECT_RWMUTEX;
    default:
        return EV_OBJECT_MUTEX;
    }
}

/* Who sleeps there, or is about to (as waiter_of). */
static void tell_awaited(uintptr_t addr, size_t size, uintptr_t pc) {
    struct det_use use = {.deed = DEED_FREE, .pc = pc};
    uint32_t kind;
    bool sleeps = false;
    for (int i = 0; i < LOOKS && !sleeps && det_may_wait_within(addr, size); i++) {
        if (i != 0) {
            take_a_moment();
        }
        use.waiter = det_waits_within(self.task, addr, size, &use.object, &kind);
        if (use.waiter == 0) {
            return;
        }
        sleeps = deadlock_asleep(use.waiter, EV_WAIT_PTHREAD_BARRIER, use.object) == DET_ASLEEP;
    }
    if (sleeps) {
        use.thread = deadlock_thread();
        use.kind = object_of(kind);
        tell(&use);
    }
}

void misuse_within(uintptr_t addr, size_t size, uintptr_t pc) {
    struct det_task *t = self.task;
    uintptr_t lock;
    uint32_t mode;
    if (self.busy != 0) {
        return;
    }
    bool odd = det_may_wait_within(addr, size) || det_holds(t, 0, addr, size, &lock, &mode) != 0;
    if (!odd || !may_judge()) { /* the latter costs a system call */
        return;
    }
    tell_awaited(addr, size, pc);
    for (uint32_t i = 0; (i = det_holds(t, i, addr, size, &lock, &mode)) != 0;) {
        struct det_use use = {.deed = DEED_FREE, .pc = pc};
        i -= tell_held(t, &use, lock, mode); /* and t holds one less */
    }
}

void misuse_at_end(struct det_task *own) {
    uintptr_t lock;
    uint32_t mode;
    if (deadlock_thread() == 0 || front.sandboxed || sys_getpid() != front.pid) {
        return;
    }
    for (uint32_t i = 0; (i = det_holds(own, i, 0, UINTPTR_MAX, &lock, &mode)) != 0;) {
        struct det_use use = {.deed = DEED_END};
        (void)tell_held(own, &use, lock, mode);
    }
}
