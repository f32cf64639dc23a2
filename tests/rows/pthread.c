/* Rule    rows.pthread  [HB-PT-01, HB-PT-02, HB-PT-03, HB-PT-04, HB-PT-05, HB-PT-06, HB-PT-07, HB-PT-08, HB-PT-09, HB-C11-01, RP-08]
 * Expect  rows
 * Why     every primitive of pthreads and threads.h: its edge, the absence of it, and the object itself
 *         while it is made, destroyed or copied beside a use.
 */
#include "rows.h"

#include <errno.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static const struct timespec long_ago = {1, 0};

/* FIRST and SECOND do the same between `enter` and `leave`. */
#define SECTIONS(row, enter, leave)                                                                \
    int row##_x;                                                                                   \
    FIRST(row) {                                                                                   \
        enter;                                                                                     \
        row##_x = 1;                                                                               \
        leave;                                                                                     \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        enter;                                                                                     \
        row##_x = 2;                                                                               \
        leave;                                                                                     \
    }
static struct timespec soon(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_sec += 60;
    return t;
}
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, timed = PTHREAD_MUTEX_INITIALIZER, other;
pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
pthread_spinlock_t spin;
sem_t semaphore;
mtx_t mtx;
__attribute__((constructor)) static void make(void) {
    pthread_spin_init(&spin, 0);
    pthread_mutex_init(&other, NULL);
    sem_init(&semaphore, 0, 1);
    mtx_init(&mtx, mtx_plain);
}
/* clang-format off */
SECTIONS(NoRacePthreadMutex, pthread_mutex_lock(&mutex), pthread_mutex_unlock(&mutex))
SECTIONS(NoRacePthreadTimedlock, struct timespec t = soon(); pthread_mutex_timedlock(&timed, &t), pthread_mutex_unlock(&timed))
SECTIONS(NoRacePthreadClocklock, struct timespec t = soon(); pthread_mutex_clocklock(&timed, CLOCK_REALTIME, &t), pthread_mutex_unlock(&timed))
SECTIONS(NoRacePthreadTrylock, while (pthread_mutex_trylock(&mutex) != 0) {}, pthread_mutex_unlock(&mutex))
SECTIONS(NoRacePthreadRecursive, pthread_mutex_lock(&recursive); pthread_mutex_lock(&recursive); pthread_mutex_unlock(&recursive), pthread_mutex_unlock(&recursive))
SECTIONS(NoRacePthreadWrlock, pthread_rwlock_wrlock(&rwlock), pthread_rwlock_unlock(&rwlock))
SECTIONS(RacePthreadRdlock, pthread_rwlock_rdlock(&rwlock), pthread_rwlock_unlock(&rwlock))
SECTIONS(NoRacePthreadTrywrlock, while (pthread_rwlock_trywrlock(&rwlock) != 0) {}, pthread_rwlock_unlock(&rwlock))
SECTIONS(RacePthreadTryrdlock, pthread_rwlock_tryrdlock(&rwlock), pthread_rwlock_unlock(&rwlock))
SECTIONS(NoRacePthreadTimedwrlock, struct timespec t = soon(); pthread_rwlock_timedwrlock(&rwlock, &t), pthread_rwlock_unlock(&rwlock))
SECTIONS(NoRacePthreadSpin, pthread_spin_lock(&spin), pthread_spin_unlock(&spin))
SECTIONS(NoRacePthreadSpinTry, while (pthread_spin_trylock(&spin) != 0) {}, pthread_spin_unlock(&spin))
SECTIONS(NoRaceSemaphore, sem_wait(&semaphore), sem_post(&semaphore))
SECTIONS(NoRaceSemaphoreTry, while (sem_trywait(&semaphore) != 0) {}, sem_post(&semaphore))
SECTIONS(NoRaceSemaphoreTimed, struct timespec t = soon(); sem_timedwait(&semaphore, &t), sem_post(&semaphore))
SECTIONS(NoRaceMtx, mtx_lock(&mtx), mtx_unlock(&mtx))
SECTIONS(NoRaceMtxTry, while (mtx_trylock(&mtx) != thrd_success) {}, mtx_unlock(&mtx))
SECTIONS(RaceNoLock, (void)mutex, (void)mutex)
SECTIONS(RaceMutexBefore, pthread_mutex_lock(&mutex); pthread_mutex_unlock(&mutex), (void)mutex)
/* clang-format on */
int other_x;
FIRST(RaceOtherMutex) {
    pthread_mutex_lock(&mutex);
    other_x = 1;
    pthread_mutex_unlock(&mutex);
}
SECOND(RaceOtherMutex) {
    pthread_mutex_lock(&other);
    other_x = 2;
    pthread_mutex_unlock(&other);
}

/* -- what fails orders nothing: tasks are threads here, a lock belongs to one -- */

static void *as_thread(void *row_function) {
    ((void (*)(void *))row_function)(NULL);
    return NULL;
}
static pthread_t thread(void (*run)(void *)) {
    pthread_t made;
    pthread_create(&made, NULL, as_thread, (void *)run);
    return made;
}
static void join(pthread_t t) {
    pthread_join(t, NULL);
}
pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
pthread_rwlock_t held_rw = PTHREAD_RWLOCK_INITIALIZER;
int failed_x;
#define FAILS(row, enter, leave, attempt)                                                          \
    PART(row##_holder) {                                                                           \
        failed_x = 1;                                                                              \
        enter;                                                                                     \
        leave;                                                                                     \
        enter;                                                                                     \
        mark(1);                                                                                   \
        await(2);                                                                                  \
        leave;                                                                                     \
    }                                                                                              \
    ROW(row) {                                                                                     \
        pthread_t t = thread(row##_holder);                                                        \
        await(1);                                                                                  \
        attempt;                                                                                   \
        failed_x = 2;                                                                              \
        mark(2);                                                                                   \
        join(t);                                                                                   \
    }
/* clang-format off */
FAILS(RaceFailedTrylock, pthread_mutex_lock(&held), pthread_mutex_unlock(&held), USE(pthread_mutex_trylock(&held)))
FAILS(RaceFailedTimedlock, pthread_mutex_lock(&held), pthread_mutex_unlock(&held), USE(pthread_mutex_timedlock(&held, &long_ago)))
FAILS(RaceFailedTryrdlock, pthread_rwlock_wrlock(&held_rw), pthread_rwlock_unlock(&held_rw), USE(pthread_rwlock_tryrdlock(&held_rw)))
FAILS(RaceFailedTrywrlock, pthread_rwlock_wrlock(&held_rw), pthread_rwlock_unlock(&held_rw), USE(pthread_rwlock_trywrlock(&held_rw)))
FAILS(RaceFailedSpinTry, pthread_spin_lock(&spin), pthread_spin_unlock(&spin), USE(pthread_spin_trylock(&spin)))
FAILS(RaceFailedSemTry, sem_wait(&semaphore), sem_post(&semaphore), USE(sem_trywait(&semaphore)))
FAILS(RaceFailedSemTimed, sem_wait(&semaphore), sem_post(&semaphore), USE(sem_timedwait(&semaphore, &long_ago)))
FAILS(RaceSemGetvalue, sem_wait(&semaphore), sem_post(&semaphore), int value; USE(sem_getvalue(&semaphore, &value)))
/* clang-format on */

/* -- threads -- */

int created_x, joined_x, tryjoined_x, exited_x, cancelled_x, key_x, detached_x, thrd_x, cleanup_x;
PART(NoRaceCreate_thread) {
    created_x++;
}
ROW(NoRaceCreate) {
    created_x = 1;
    pthread_t t = thread(NoRaceCreate_thread);
    join(t);
    created_x = 3;
}
int after_create_x;
PART(RaceAfterCreate_thread) {
    after_create_x = 1;
    mark(1);
}
ROW(RaceAfterCreate) {
    pthread_t t = thread(RaceAfterCreate_thread);
    await(1);
    after_create_x = 2;
    join(t);
}
PART(NoRaceTryJoin_thread) {
    tryjoined_x = 1;
}
ROW(NoRaceTryJoin) {
    pthread_t t = thread(NoRaceTryJoin_thread);
    while (pthread_tryjoin_np(t, NULL) != 0) {
        sched_yield();
    }
    tryjoined_x = 2;
}
PART(NoRacePthreadExit_thread) {
    exited_x = 1;
    pthread_exit(NULL);
}
ROW(NoRacePthreadExit) {
    join(thread(NoRacePthreadExit_thread));
    exited_x = 2;
}
static void writes_cleanup(void *unused) {
    cleanup_x = 1;
}
PART(NoRaceCancel_thread) {
    pthread_cleanup_push(writes_cleanup, NULL);
    cancelled_x = 1;
    mark(1);
    for (;;) {
        pause();
    }
    pthread_cleanup_pop(0);
}
ROW(NoRaceCancel) {
    pthread_t t = thread(NoRaceCancel_thread);
    await(1);
    pthread_cancel(t);
    join(t);
    cancelled_x = 2;
    cleanup_x = 2;
}
int cancel_order_x;
static void cancel_writes(void *unused) {
    cancel_order_x = 2;
    mark(2);
}
APART void RaceCancelOrders_cleanup(void *unused) {
    cancel_writes(unused);
}
PART(RaceCancelOrders_thread) {
    pthread_cleanup_push(RaceCancelOrders_cleanup, NULL);
    mark(1);
    for (;;) {
        pause();
    }
    pthread_cleanup_pop(0);
}
ROW(RaceCancelOrders) {
    pthread_t t = thread(RaceCancelOrders_thread);
    await(1);
    cancel_order_x = 1;
    pthread_cancel(t);
    join(t);
}
static void key_over(void *value) {
    *(int *)value = 1;
}
PART(NoRaceKeyDestructor_thread) {
    pthread_key_t key;
    pthread_key_create(&key, key_over);
    pthread_setspecific(key, &key_x);
}
ROW(NoRaceKeyDestructor) {
    join(thread(NoRaceKeyDestructor_thread));
    key_x = 2;
}
PART(RaceDetached_thread) {
    pthread_detach(pthread_self());
    detached_x = 1;
    mark(1);
}
ROW(RaceDetached) {
    thread(RaceDetached_thread);
    await(1);
    detached_x = 2;
}
static int thrd_body(void *unused) {
    thrd_x = 1;
    return 0;
}
ROW(NoRaceThrd) {
    thrd_t t;
    thrd_create(&t, thrd_body, NULL);
    thrd_join(t, NULL);
    thrd_x = 2;
}

/* -- once, barriers, conditions -- */

pthread_once_t once = PTHREAD_ONCE_INIT;
once_flag flag = ONCE_FLAG_INIT;
int once_x, flag_x;
static void once_body(void) {
    once_x = 1;
}
static void flag_body(void) {
    flag_x = 1;
}
FIRST(NoRaceOnce) {
    pthread_once(&once, once_body);
    USE(once_x);
}
SECOND(NoRaceOnce) {
    pthread_once(&once, once_body);
    USE(once_x);
}
FIRST(NoRaceCallOnce) {
    call_once(&flag, flag_body);
    USE(flag_x);
}
SECOND(NoRaceCallOnce) {
    call_once(&flag, flag_body);
    USE(flag_x);
}
enum { PARTIES = 3 };
pthread_barrier_t barrier;
int parts[PARTIES], barrier_late;
PART(NoRaceBarrier_party) {
    static _Atomic int next;
    int own = next++ % PARTIES;
    for (int round = 0; round < 4; round++) {
        parts[own] = round;
        pthread_barrier_wait(&barrier);
        USE(parts[0] + parts[1] + parts[2]);
        pthread_barrier_wait(&barrier);
    }
}
ROW(NoRaceBarrier) {
    pthread_t t[PARTIES];
    pthread_barrier_init(&barrier, NULL, PARTIES);
    for (int i = 0; i < PARTIES; i++) {
        t[i] = thread(NoRaceBarrier_party);
    }
    for (int i = 0; i < PARTIES; i++) {
        join(t[i]);
    }
    pthread_barrier_destroy(&barrier);
}
PART(RaceAfterBarrier_party) {
    pthread_barrier_wait(&barrier);
    barrier_late = 1;
    mark(1);
}
ROW(RaceAfterBarrier) {
    pthread_barrier_init(&barrier, NULL, 2);
    pthread_t t = thread(RaceAfterBarrier_party);
    pthread_barrier_wait(&barrier);
    await(1);
    barrier_late = 2;
    join(t);
}
pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
int ready, cond_x;
PART(NoRaceCondWait_thread) {
    cond_x = 1;
    pthread_mutex_lock(&mutex);
    ready = 1;
    pthread_cond_broadcast(&cond);
    pthread_mutex_unlock(&mutex);
}
ROW(NoRaceCondWait) {
    pthread_t t = thread(NoRaceCondWait_thread);
    pthread_mutex_lock(&mutex);
    while (ready == 0) {
        pthread_cond_wait(&cond, &mutex);
    }
    pthread_mutex_unlock(&mutex);
    cond_x = 2;
    join(t);
}
int unlocked_signal_x, signalled;
PART(RaceSignalWithoutLock_thread) {
    unlocked_signal_x = 1;
    while (happened(2) == 0) {
        pthread_cond_signal(&cond);
        sched_yield();
    }
}
ROW(RaceSignalWithoutLock) {
    pthread_t t = thread(RaceSignalWithoutLock_thread);
    pthread_mutex_lock(&mutex);
    pthread_cond_wait(&cond, &mutex);
    pthread_mutex_unlock(&mutex);
    mark(2);
    unlocked_signal_x = 2;
    join(t);
}
int cancelled_wait_x;
static void unlocks(void *m) {
    pthread_mutex_unlock(m);
}
PART(NoRaceCancelledWait_thread) {
    pthread_mutex_lock(&mutex);
    pthread_cleanup_push(unlocks, &mutex);
    mark(1);
    for (;;) {
        pthread_cond_wait(&cond, &mutex);
    }
    cancelled_wait_x = 1;
    pthread_cleanup_pop(1);
}
ROW(NoRaceCancelledWait) {
    pthread_t t = thread(NoRaceCancelledWait_thread);
    await(1);
    pthread_mutex_lock(&mutex);
    cancelled_wait_x = 2;
    pthread_mutex_unlock(&mutex);
    pthread_cancel(t);
    join(t);
    pthread_mutex_lock(&mutex);
    cancelled_wait_x = 3;
    pthread_mutex_unlock(&mutex);
}

/* -- the objects themselves [RP-08, HB-PT-09] -- */

#define OBJECT(row, type, make_it, use, spoil)                                                     \
    type row##_object;                                                                             \
    __attribute__((constructor)) static void row##_make(void) {                                    \
        type *o = &row##_object;                                                                   \
        make_it;                                                                                   \
    }                                                                                              \
    FIRST(row) {                                                                                   \
        type *o = &row##_object;                                                                   \
        use;                                                                                       \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        type *o = &row##_object;                                                                   \
        spoil;                                                                                     \
    }
#define MUTEX(row, use, spoil) OBJECT(row, pthread_mutex_t, pthread_mutex_init(o, NULL), use, spoil)
#define LOCKED                                                                                     \
    (void)pthread_mutex_lock(o);                                                                   \
    pthread_mutex_unlock(o)
static const pthread_mutex_t fresh = PTHREAD_MUTEX_INITIALIZER;
/* clang-format off */
MUTEX(RaceMutexDestroy, LOCKED, pthread_mutex_destroy(o))
MUTEX(RaceMutexInit, LOCKED, pthread_mutex_init(o, NULL))
MUTEX(RaceMutexAssigned, LOCKED, *o = fresh)
MUTEX(RaceMutexCopied, LOCKED, pthread_mutex_t copy = *o; SHOW(copy))
MUTEX(RaceMutexCleared, LOCKED, memset(o, 0, sizeof *o))
MUTEX(NoRaceMutexLocked, LOCKED, LOCKED)
OBJECT(RaceRwlockDestroy, pthread_rwlock_t, pthread_rwlock_init(o, NULL), pthread_rwlock_rdlock(o); pthread_rwlock_unlock(o), pthread_rwlock_destroy(o))
OBJECT(RaceRwlockInit, pthread_rwlock_t, pthread_rwlock_init(o, NULL), pthread_rwlock_wrlock(o); pthread_rwlock_unlock(o), pthread_rwlock_init(o, NULL))
OBJECT(RaceSpinDestroy, pthread_spinlock_t, pthread_spin_init(o, 0), pthread_spin_lock(o); pthread_spin_unlock(o), pthread_spin_destroy(o))
OBJECT(RaceSemaphoreDestroy, sem_t, sem_init(o, 0, 1), sem_post(o), sem_destroy(o))
OBJECT(RaceSemaphoreInit, sem_t, sem_init(o, 0, 1), sem_wait(o), sem_init(o, 0, 1))
OBJECT(RaceCondDestroy, pthread_cond_t, pthread_cond_init(o, NULL), pthread_cond_signal(o), pthread_cond_destroy(o))
OBJECT(RaceCondInit, pthread_cond_t, pthread_cond_init(o, NULL), pthread_cond_broadcast(o), pthread_cond_init(o, NULL))
OBJECT(RaceMtxDestroy, mtx_t, mtx_init(o, mtx_plain), mtx_lock(o); mtx_unlock(o), mtx_destroy(o))
OBJECT(RaceRdlMutexCopied, rdl_mutex, (void)o, rdl_mutex_lock(o); rdl_mutex_unlock(o), rdl_mutex copy = *o; SHOW(copy))
OBJECT(RaceRdlRwmutexCleared, rdl_rwmutex, (void)o, rdl_rwmutex_rlock(o); rdl_rwmutex_runlock(o), memset(o, 0, sizeof *o))
/* clang-format on */

/* -- fork: the child goes on with the caller's past -- */

int forked_x;
ROW(NoRaceFork) {
    forked_x = 1;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        forked_x = 2;
        _exit(0);
    }
    waitpid(child, NULL, 0);
    forked_x = 3;
}
