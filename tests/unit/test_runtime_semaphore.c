/* Semaphore: SEMANTICS section 15. */
#include <criterion/criterion.h>

#include "parked.h"
#include "test_runtime.h"

struct shared {
    rdl_semaphore sem;
    rdl_waitgroup wg;
    rdl_chan *got; /* how many units somebody got, or the negative error: int */
    rdl_ctx *ctx;
    int64_t held;
    int rounds;
};

struct request {
    struct shared *s;
    int n;
};

static struct shared fresh(int64_t size) {
    return (struct shared){.sem = RDL_SEMAPHORE_INIT(size), .got = RDL_CHAN(int, 64)};
}

static void acquire_once(void *arg) {
    struct request *r = arg;
    int err = rdl_semaphore_acquire(&r->s->sem, r->n, r->s->ctx);
    RDL_SEND_VALUE(r->s->got, err != 0 ? -err : r->n);
    rdl_waitgroup_done(&r->s->wg);
}

static void start(struct shared *s, int n) {
    struct request r = {s, n};
    rdl_waitgroup_add(&s->wg, 1);
    rdl_go_copy(acquire_once, &r, sizeof(r));
}

static int got(struct shared *s) {
    return RDL_RECV_VALUE(s->got, int);
}

static void use_often(void *arg) {
    struct shared *s = arg;
    for (int i = 0; i < s->rounds; i++) {
        int64_t n = 1 + i % 5;
        cr_assert_eq(rdl_semaphore_acquire(&s->sem, n, s->ctx), 0);
        cr_assert_leq(__atomic_add_fetch(&s->held, n, __ATOMIC_RELAXED), 7);
        if (i % 16 == 0) {
            rdl_yield();
        }
        __atomic_sub_fetch(&s->held, n, __ATOMIC_RELAXED);
        rdl_semaphore_release(&s->sem, n);
    }
}

Test(semaphore, SM_01_never_more_than_there_are) {
    for (int procs = 1; procs <= 4; procs *= 2) {
        for (int with_ctx = 0; with_ctx < 2; with_ctx++) {
            struct shared s = fresh(7);
            s.rounds = 1000;
            s.ctx = with_ctx ? rdl_ctx_with_cancel(rdl_ctx_background()) : NULL;
            rdl_maxprocs(procs);
            for (int i = 0; i < 10; i++) {
                rdl_waitgroup_go(&s.wg, use_often, &s);
            }
            rdl_waitgroup_wait(&s.wg);
            cr_assert_eq(s.sem.rdl__state, 0);
            rdl_ctx_free(s.ctx);
        }
    }
}

Test(semaphore, SM_01_a_large_one_is_not_overtaken) {
    struct shared s = fresh(10);
    rdl_maxprocs(1);
    cr_assert(rdl_semaphore_tryacquire(&s.sem, 5));
    start(&s, 8);
    await_parked(PARKED_UNITS, 1);
    start(&s, 1);
    await_parked(PARKED_UNITS, 2);
    cr_assert_not(rdl_semaphore_tryacquire(&s.sem, 1)); /* free, but somebody waits [SM-04] */
    rdl_semaphore_release(&s.sem, 2);
    rdl_yield();
    cr_assert_eq(rdl_chan_len(s.got), 0);
    rdl_semaphore_release(&s.sem, 3);
    cr_assert_eq(got(&s), 8);
    cr_assert_eq(got(&s), 1);
    rdl_semaphore_release(&s.sem, 9);
    rdl_waitgroup_wait(&s.wg);
    cr_assert_eq(s.sem.rdl__state, 0);
}

static void hold_and_release(void *arg) {
    struct shared *s = arg;
    while (rdl_ctx_err(s->ctx) == 0) {
        cr_assert_eq(rdl_semaphore_acquire(&s->sem, 1, NULL), 0);
        rdl_yield();
        rdl_semaphore_release(&s->sem, 1);
    }
}

Test(semaphore, SM_01_a_large_one_does_not_starve) {
    struct shared s = fresh(10);
    s.ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    for (int i = 0; i < 20; i++) {
        rdl_waitgroup_go(&s.wg, hold_and_release, &s);
    }
    for (int i = 0; i < 20; i++) {
        cr_assert_eq(rdl_semaphore_acquire(&s.sem, 10, NULL), 0);
        rdl_semaphore_release(&s.sem, 10);
    }
    rdl_ctx_cancel(s.ctx);
    rdl_waitgroup_wait(&s.wg);
    rdl_ctx_free(s.ctx);
}

/* -- contexts -- */

Test(semaphore, SM_02_a_done_context_fails_even_if_units_are_free) {
    rdl_semaphore sem;
    rdl_semaphore_init(&sem, 2);
    rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    cr_assert_eq(rdl_semaphore_acquire(&sem, 1, ctx), 0);
    rdl_ctx_cancel(ctx);
    cr_assert_eq(rdl_semaphore_acquire(&sem, 1, ctx), RDL_CANCELED);
    cr_assert(rdl_semaphore_tryacquire(&sem, 1));
    cr_assert_not(rdl_semaphore_tryacquire(&sem, 1));
    rdl_ctx_free(ctx);
}

Test(semaphore, SM_02_who_is_canceled_lets_those_behind_proceed) {
    struct shared s = fresh(10);
    s.ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    cr_assert(rdl_semaphore_tryacquire(&s.sem, 5));
    start(&s, 8);
    await_parked(PARKED_UNITS, 1);
    rdl_ctx *first = s.ctx;
    s.ctx = NULL;
    start(&s, 5);
    await_parked(PARKED_UNITS, 2);
    rdl_ctx_cancel(first);
    int sum = got(&s);
    sum += got(&s);
    cr_assert_eq(sum, 5 - RDL_CANCELED);
    cr_assert_not(rdl_semaphore_tryacquire(&s.sem, 1));
    rdl_semaphore_release(&s.sem, 10);
    rdl_waitgroup_wait(&s.wg);
    cr_assert_eq(s.sem.rdl__state, 0);
    rdl_ctx_free(first);
}

Test(semaphore, SM_02_a_deadline_ends_the_wait) {
    rdl_semaphore sem = RDL_SEMAPHORE_INIT(1);
    rdl_ctx *ctx = rdl_ctx_with_timeout(rdl_ctx_background(), RDL_MILLISECOND);
    cr_assert(rdl_semaphore_tryacquire(&sem, 1));
    cr_assert_eq(rdl_semaphore_acquire(&sem, 1, ctx), RDL_DEADLINE_EXCEEDED);
    rdl_semaphore_release(&sem, 1);
    cr_assert(rdl_semaphore_tryacquire(&sem, 1));
    rdl_ctx_free(ctx);
}

static void cancel_it(void *ctx) {
    rdl_ctx_cancel(ctx);
}

static void release_one(void *sem) {
    rdl_semaphore_release(sem, 1);
}

/* Grant and cancel race: whoever wins, the units are all there afterwards, and success means that the
 * context had not ended. */
Test(semaphore, SM_02_grant_and_cancel_at_once) {
    for (int procs = 1; procs <= 4; procs *= 2) {
        rdl_maxprocs(procs);
        for (int i = 0; i < 2000; i++) {
            rdl_semaphore sem = RDL_SEMAPHORE_INIT(1);
            rdl_waitgroup wg = {0};
            rdl_ctx *ctx = rdl_ctx_with_cancel(rdl_ctx_background());
            cr_assert(rdl_semaphore_tryacquire(&sem, 1));
            rdl_waitgroup_go(&wg, i % 2 == 0 ? release_one : cancel_it,
                             i % 2 == 0 ? (void *)&sem : ctx);
            rdl_waitgroup_go(&wg, i % 2 == 0 ? cancel_it : release_one,
                             i % 2 == 0 ? ctx : (void *)&sem);
            int err = rdl_semaphore_acquire(&sem, 1, ctx);
            rdl_waitgroup_wait(&wg);
            cr_assert(err == 0 || err == RDL_CANCELED);
            cr_assert_eq(rdl_semaphore_tryacquire(&sem, 1), err != 0);
            rdl_semaphore_release(&sem, 1);
            cr_assert_eq(sem.rdl__state, 0);
            rdl_ctx_free(ctx);
        }
    }
}

Test(semaphore, SM_03_more_than_there_is_waits_for_the_context_only) {
    struct shared s = fresh(3);
    s.ctx = rdl_ctx_with_cancel(rdl_ctx_background());
    start(&s, 4);
    await_parked(PARKED_UNITS, 1);
    cr_assert(rdl_semaphore_tryacquire(&s.sem, 3));
    rdl_semaphore_release(&s.sem, 3);
    rdl_ctx_cancel(s.ctx);
    cr_assert_eq(got(&s), -RDL_CANCELED);
    rdl_waitgroup_wait(&s.wg);
    rdl_ctx_free(s.ctx);
}

static void ask_too_much(void) {
    rdl_semaphore sem = RDL_SEMAPHORE_INIT(3);
    rdl_semaphore_acquire(&sem, 4, NULL);
}

Test(semaphore, SM_03_without_a_context_it_is_a_deadlock) {
    struct child c;
    run_child(ask_too_much, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "fatal error: all goroutines are asleep - deadlock!\n\n"
                                  "goroutine 1 [semacquire]:\n"),
              "%s", c.text);
}

/* -- try, misuse -- */

Test(semaphore, SM_04_tryacquire) {
    rdl_semaphore sem = RDL_SEMAPHORE_INIT(3);
    cr_assert(rdl_semaphore_tryacquire(&sem, 0));
    cr_assert_not(rdl_semaphore_tryacquire(&sem, 4));
    cr_assert(rdl_semaphore_tryacquire(&sem, 2));
    cr_assert_not(rdl_semaphore_tryacquire(&sem, 2));
    cr_assert(rdl_semaphore_tryacquire(&sem, 1));
    cr_assert_not(rdl_semaphore_tryacquire(&sem, 1));
    rdl_semaphore_release(&sem, 3);
    cr_assert(rdl_semaphore_tryacquire(&sem, 3));
    rdl_semaphore zero = {0};
    cr_assert_not(rdl_semaphore_tryacquire(&zero, 1));
    rdl_semaphore huge = RDL_SEMAPHORE_INIT(INT64_MAX);
    cr_assert(rdl_semaphore_tryacquire(&huge, INT64_C(1) << 40));
}

static void acquire_negative(void *sem) {
    rdl_semaphore_acquire(sem, -1, NULL);
}

Test(semaphore, SM_05_releasing_more_than_held_panics) {
    rdl_semaphore sem = RDL_SEMAPHORE_INIT(3);
    rdl_panic_info info;
    cr_assert_not(rdl_try(release_one, &sem, &info));
    cr_assert_str_eq(info.message, "semaphore: released more than held");
    cr_assert_not(rdl_try(acquire_negative, &sem, &info));
    cr_assert_str_eq(info.message, "rdl: negative number of semaphore units");
    cr_assert(rdl_semaphore_tryacquire(&sem, 3));
}

/* Gone as soon as acquire has returned. */
Test(semaphore, API_lifetime_ends_with_acquire) {
    for (int i = 0; i < 10000; i++) {
        rdl_semaphore sem = RDL_SEMAPHORE_INIT(1);
        cr_assert(rdl_semaphore_tryacquire(&sem, 1));
        rdl_go(release_one, &sem);
        cr_assert_eq(rdl_semaphore_acquire(&sem, 1, NULL), 0);
        memset(&sem, 0xff, sizeof(sem));
        rdl_yield();
        cr_assert_eq(sem.rdl__state, UINT64_MAX);
    }
}
