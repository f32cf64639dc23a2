/* NULL where an object or a function must be: every call says so and can be recovered [API "NULL
 * handles"]; the first call of a program too, when nothing has been set up. */
#include <criterion/criterion.h>

#include "test_runtime.h"

#define CALL(name, call)                                                                           \
    static void name(void *arg) {                                                                  \
        (void)arg;                                                                                 \
        call;                                                                                      \
    }

static rdl_mutex *no_mutex;
static rdl_rwmutex *no_rwmutex;
static rdl_waitgroup *no_group;
static rdl_once *no_once;
static rdl_cond *no_cond;
static rdl_semaphore *no_semaphore;
static void (*no_function)(void *);

static void nothing(void *arg) {
    (void)arg;
}

CALL(lock, rdl_mutex_lock(no_mutex))
CALL(unlock, rdl_mutex_unlock(no_mutex))
CALL(trylock, rdl_mutex_trylock(no_mutex))
CALL(deferred_unlock, RDL_DEFER_UNLOCK(no_mutex))
CALL(rw_lock, rdl_rwmutex_lock(no_rwmutex))
CALL(rw_unlock, rdl_rwmutex_unlock(no_rwmutex))
CALL(rw_trylock, rdl_rwmutex_trylock(no_rwmutex))
CALL(rw_rlock, rdl_rwmutex_rlock(no_rwmutex))
CALL(rw_runlock, rdl_rwmutex_runlock(no_rwmutex))
CALL(rw_tryrlock, rdl_rwmutex_tryrlock(no_rwmutex))
CALL(deferred_rw_unlock, RDL_DEFER_UNLOCK(no_rwmutex))
CALL(deferred_runlock, RDL_DEFER_RUNLOCK(no_rwmutex))
CALL(add, rdl_waitgroup_add(no_group, 1))
CALL(done, rdl_waitgroup_done(no_group))
CALL(wait_all, rdl_waitgroup_wait(no_group))
CALL(go_counted, rdl_waitgroup_go(no_group, nothing, NULL))
CALL(deferred_done, RDL_DEFER_DONE(no_group))
CALL(do_once, rdl_once_do(no_once, nothing, NULL))
CALL(cond_init, rdl_cond_init(no_cond, no_mutex))
CALL(cond_init_rw, rdl_cond_init_rw(no_cond, no_rwmutex))
CALL(cond_init_r, rdl_cond_init_r(no_cond, no_rwmutex))
CALL(cond_wait, rdl_cond_wait(no_cond))
CALL(cond_signal, rdl_cond_signal(no_cond))
CALL(cond_broadcast, rdl_cond_broadcast(no_cond))
CALL(semaphore_init, rdl_semaphore_init(no_semaphore, 1))
CALL(acquire, rdl_semaphore_acquire(no_semaphore, 1, NULL))
CALL(tryacquire, rdl_semaphore_tryacquire(no_semaphore, 1))
CALL(release, rdl_semaphore_release(no_semaphore, 1))

static void init_without_mutex(void *arg) {
    rdl_cond c;
    (void)arg;
    rdl_cond_init(&c, no_mutex);
}

Test(misuse, PD_05_API_null_handles_panic) {
    static void (*const calls[])(void *) = {lock,
                                            unlock,
                                            trylock,
                                            deferred_unlock,
                                            rw_lock,
                                            rw_unlock,
                                            rw_trylock,
                                            rw_rlock,
                                            rw_runlock,
                                            rw_tryrlock,
                                            add,
                                            done,
                                            wait_all,
                                            go_counted,
                                            deferred_done,
                                            do_once,
                                            cond_init,
                                            cond_init_rw,
                                            cond_init_r,
                                            cond_wait,
                                            cond_signal,
                                            acquire,
                                            tryacquire,
                                            semaphore_init,
                                            release,
                                            cond_broadcast,
                                            deferred_rw_unlock,
                                            deferred_runlock,
                                            init_without_mutex};
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        rdl_panic_info info;
        cr_assert_not(rdl_try(calls[i], NULL, &info), "call %zu", i);
        cr_assert_str_eq(info.message, "rdl: NULL handle", "call %zu", i);
    }
}

static void lock_first(void) {
    rdl_mutex_lock(no_mutex);
}

static void unlock_first(void) {
    rdl_mutex_unlock(no_mutex);
}

static void done_first(void) {
    rdl_waitgroup_done(no_group);
}

Test(misuse, EX_01_API_null_in_the_first_call_of_a_program) {
    static void (*const programs[])(void) = {lock_first, unlock_first, done_first};
    for (size_t i = 0; i < 3; i++) {
        struct child c;
        run_child(programs[i], &c);
        cr_assert(exited_with(&c, 2));
        cr_assert_not_null(strstr(c.text, "panic: rdl: NULL handle\n\ngoroutine 1 [running]:\n"));
    }
}

CALL(try_null, rdl_try(no_function, NULL, NULL))
CALL(blocking_null, rdl_blocking(no_function, NULL))
CALL(defer_null, RDL_DEFER(no_function, NULL))

static void once_null(void *arg) {
    rdl_once_do(arg, no_function, NULL);
}

Test(misuse, PD_05_API_null_functions_panic) {
    static void (*const calls[])(void *) = {try_null, blocking_null, defer_null, once_null};
    rdl_once once = {0};
    for (size_t i = 0; i < 4; i++) {
        rdl_panic_info info;
        cr_assert_not(rdl_try(calls[i], &once, &info), "call %zu", i);
        cr_assert_str_eq(info.message, "rdl: NULL function", "call %zu", i);
    }
    rdl_once_do(&once, nothing, NULL); /* nobody is inside */
}

CALL(select_null, rdl_select(NULL, 2))
CALL(copy_null, rdl_go_copy(nothing, NULL, 8))
CALL(huge_element, rdl_chan_make(SIZE_MAX, 0))

Test(misuse, SE_18_GR_01_CH_01_arguments_that_cannot_be) {
    rdl_panic_info info;
    cr_assert_not(rdl_try(select_null, NULL, &info));
    cr_assert_str_eq(info.message, "rdl: NULL select cases");
    cr_assert_not(rdl_try(copy_null, NULL, &info));
    cr_assert_str_eq(info.message, "rdl: NULL argument to be copied");
    cr_assert_not(rdl_try(huge_element, NULL, &info));
    cr_assert_str_eq(info.message, "makechan: size out of range");
}
