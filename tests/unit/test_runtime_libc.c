/* The table "What in libc is per thread" of runtime/README.md, where a test can tell. GR-31. */
#include <criterion/criterion.h>
#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <xmmintrin.h>

#include "test_runtime.h"

#define TASKS  16
#define ROUNDS 200

static _Atomic int failures;
static _Thread_local int of_thread;

static void run_many(void (*fn)(void *)) {
    rdl_waitgroup wg = {0};
    for (intptr_t i = 0; i < TASKS; i++) {
        rdl_waitgroup_go(&wg, fn, (void *)(i + 1));
    }
    rdl_waitgroup_wait(&wg);
    cr_assert_eq(failures, 0);
}

static void wander(int round) {
    if (round % 4 == 0) {
        rdl_sleep(RDL_MICROSECOND);
    } else {
        rdl_yield();
    }
}

/* Asks for errno's address anew: compilers keep it across calls. */
__attribute__((noinline)) static int read_errno(void) {
    return errno;
}

__attribute__((noinline)) static void write_errno(int value) {
    errno = value;
}

static void keep_errno(void *number) {
    int own = (int)(intptr_t)number;
    for (int i = 0; i < ROUNDS; i++) {
        write_errno(own);
        wander(i);
        failures += read_errno() != own;
    }
}

Test(libc, GR_31_errno_moves_with_the_task) {
    run_many(keep_errno);
}

static void keep_rounding(void *number) {
    static const unsigned modes[] = {_MM_ROUND_NEAREST, _MM_ROUND_UP, _MM_ROUND_DOWN,
                                     _MM_ROUND_TOWARD_ZERO};
    unsigned own = modes[(intptr_t)number % 4];
    _MM_SET_ROUNDING_MODE(own);
    for (int i = 0; i < ROUNDS; i++) {
        wander(i);
        failures += _MM_GET_ROUNDING_MODE() != own;
    }
}

Test(libc, GR_31_floating_point_control_moves_with_the_task) {
    run_many(keep_rounding);
}

__attribute__((noinline)) static int *thread_local_address(void) {
    return &of_thread;
}

/* All that is the thread's, for a task that keeps its thread. */
static void keep_thread(void *number) {
    pthread_mutex_t mutex;
    pthread_mutexattr_t attr;
    rdl_lock_thread();
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&mutex, &attr);
    pthread_t self = pthread_self();
    int *address = thread_local_address();
    locale_t own = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t before = uselocale(own);
    *address = (int)(intptr_t)number;
    FILE *file = tmpfile();
    for (int i = 0; i < ROUNDS / 4; i++) {
        pthread_mutex_lock(&mutex);
        flockfile(file);
        wander(i);
        funlockfile(file);
        failures += pthread_mutex_unlock(&mutex) != 0; /* EPERM from another thread */
        failures += !pthread_equal(self, pthread_self()) || thread_local_address() != address ||
                    *address != (int)(intptr_t)number || uselocale((locale_t)0) != own;
    }
    fclose(file);
    uselocale(before);
    freelocale(own);
    pthread_mutex_destroy(&mutex);
    rdl_unlock_thread();
}

Test(libc, GR_31_GR_25_a_locked_task_keeps_what_is_the_threads) {
    run_many(keep_thread);
}

/* Two tasks take turns on one worker: what one leaves in the thread, the other finds. */
static void leave_in_thread(void *found) {
    *(int *)found = *thread_local_address();
    *thread_local_address() = 42;
}

Test(libc, GR_31_thread_local_objects_belong_to_the_thread) {
    int found[2] = {-1, -1};
    rdl_maxprocs(1);
    rdl_waitgroup wg = {0};
    rdl_waitgroup_go(&wg, leave_in_thread, &found[0]);
    rdl_waitgroup_wait(&wg);
    rdl_waitgroup_go(&wg, leave_in_thread, &found[1]);
    rdl_waitgroup_wait(&wg);
    cr_assert_eq(found[0], 0);
    cr_assert(found[1] == 42 || found[1] == 0); /* 0: on another thread meanwhile */
}

static void set_variable(void *unused) {
    (void)unused;
    setenv("RADDLE_TEST_OF_LIBC", "seen", 1);
}

Test(libc, API_the_environment_is_the_processs) {
    rdl_waitgroup wg = {0};
    rdl_waitgroup_go(&wg, set_variable, NULL);
    rdl_waitgroup_wait(&wg);
    cr_assert_str_eq(getenv("RADDLE_TEST_OF_LIBC"), "seen");
}

static void block_signal_in_thread(void *found) {
    sigset_t set;
    pthread_sigmask(SIG_BLOCK, NULL, &set);
    *(int *)found = sigismember(&set, SIGUSR2);
}

Test(libc, GR_27_workers_have_the_mask_of_who_made_them) {
    sigset_t set;
    int blocked = -1;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    rdl_waitgroup wg = {0};
    rdl_waitgroup_go(&wg, block_signal_in_thread, &blocked);
    rdl_waitgroup_wait(&wg);
    cr_assert_neq(blocked, -1);
}
