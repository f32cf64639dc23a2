/* Mutex, waitgroup, once: SEMANTICS sections 7, 9 and 10. */
#include <criterion/criterion.h>

#include "parked.h"
#include "test_runtime.h"

static rdl_panic_info caught;

/* -- mutex -- */

struct shared {
    rdl_mutex mu;
    rdl_waitgroup wg;
    rdl_chan *ch;
    long n;
    int rounds;
};

static void increment(void *arg) {
    struct shared *s = arg;
    for (int i = 0; i < s->rounds; i++) {
        rdl_mutex_lock(&s->mu);
        long before = s->n;
        if (i % 64 == 0) {
            rdl_yield();
        }
        s->n = before + 1;
        rdl_mutex_unlock(&s->mu);
    }
}

Test(mutex, MU_01_excludes) {
    for (int procs = 1; procs <= 4; procs *= 2) {
        struct shared s = {.rounds = 5000};
        rdl_maxprocs(procs);
        for (int i = 0; i < 10; i++) {
            rdl_waitgroup_go(&s.wg, increment, &s);
        }
        rdl_waitgroup_wait(&s.wg);
        cr_assert_eq(s.n, 50000);
        cr_assert_eq(s.mu.rdl__state, 0);
        cr_assert_null(s.mu.rdl__waiters);
    }
}

Test(mutex, MU_02_MU_09_trylock) {
    rdl_mutex mu = {0};
    cr_assert(rdl_mutex_trylock(&mu));
    cr_assert_not(rdl_mutex_trylock(&mu));
    rdl_mutex_unlock(&mu);
    cr_assert(rdl_mutex_trylock(&mu));
    rdl_mutex_unlock(&mu);
}

static void unlock_it(void *mu) {
    rdl_mutex_unlock(mu);
}

Test(mutex, MU_03_another_task_may_unlock) {
    rdl_mutex mu = {0};
    rdl_mutex_lock(&mu);
    rdl_go(unlock_it, &mu);
    rdl_mutex_lock(&mu);
    rdl_mutex_unlock(&mu);
}

static void unlock_twice(void) {
    rdl_mutex mu = {0};
    rdl_try(unlock_it, &mu, NULL);
}

Test(mutex, MU_04_unlock_of_unlocked_is_fatal) {
    struct child c;
    run_child(unlock_twice, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "fatal error: sync: unlock of unlocked mutex\n\ngoroutine 1 ["));
}

static void hold_most_of_the_time(void *arg) {
    struct shared *s = arg;
    while (!rdl_try_recv(s->ch, NULL, NULL)) {
        rdl_mutex_lock(&s->mu);
        rdl_time until = rdl_now() + 100 * RDL_MICROSECOND;
        while (rdl_now() < until) {
        }
        rdl_mutex_unlock(&s->mu);
    }
}

Test(mutex, MU_06_MU_07_nobody_starves, .timeout = 20) {
    for (int procs = 1; procs <= 2; procs++) {
        struct shared s = {.ch = rdl_chan_make(0, 0)};
        rdl_maxprocs(procs);
        rdl_waitgroup_go(&s.wg, hold_most_of_the_time, &s);
        for (int i = 0; i < 10; i++) {
            rdl_sleep(100 * RDL_MICROSECOND);
            rdl_mutex_lock(&s.mu);
            rdl_mutex_unlock(&s.mu);
        }
        rdl_close(s.ch);
        rdl_waitgroup_wait(&s.wg);
        rdl_chan_free(s.ch);
    }
}

static void lock_and_append(void *arg) {
    struct shared *s = arg;
    rdl_mutex_lock(&s->mu);
    uint64_t id = rdl_task_id();
    rdl_send(s->ch, &id);
    rdl_mutex_unlock(&s->mu);
}

Test(mutex, MU_05_waiters_are_woken_in_order) {
    struct shared s = {.ch = RDL_CHAN(uint64_t, 8)};
    rdl_maxprocs(1);
    rdl_mutex_lock(&s.mu);
    uint64_t previous = 0;
    for (int i = 0; i < 8; i++) {
        rdl_go(lock_and_append, &s);
        let_others_park();
    }
    rdl_mutex_unlock(&s.mu);
    for (int i = 0; i < 8; i++) {
        uint64_t id = RDL_RECV_VALUE(s.ch, uint64_t);
        cr_assert_gt(id, previous);
        previous = id;
    }
}

static void lock_twice(void) {
    rdl_mutex mu = {0};
    rdl_mutex_lock(&mu);
    rdl_mutex_lock(&mu);
}

Test(mutex, MU_02_a_second_lock_deadlocks) {
    struct child c;
    run_child(lock_twice, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "fatal error: all goroutines are asleep - deadlock!\n\n"
                                  "goroutine 1 [sync.Mutex.Lock]:\n"));
}

/* -- starvation -- */

#define LOCKED_BIT   4u
#define STARVING_BIT 16u

static void hold_until_told(void *arg) {
    struct shared *s = arg;
    rdl_mutex_lock(&s->mu);
    s->n++;
    rdl_recv(s->ch, NULL);
    rdl_mutex_unlock(&s->mu);
}

static uint64_t state_of(struct shared *s) {
    return __atomic_load_n(&s->mu.rdl__state, __ATOMIC_SEQ_CST);
}

/* Holds the mutex while a task waits for it that has lost after more than 1 ms. False: it has won,
 * which only a busy machine brings about. */
static bool make_starving(struct shared *s) {
    *s = (struct shared){.ch = rdl_chan_make(0, 0)};
    rdl_mutex_lock(&s->mu);
    rdl_waitgroup_go(&s->wg, hold_until_told, s);
    await_parked(PARKED_LOCK, 1);
    rdl_sleep(2 * RDL_MILLISECOND);
    rdl_mutex_unlock(&s->mu); /* wakes it */
    if (rdl_mutex_trylock(&s->mu)) {
        await_parked(PARKED_LOCK, 1);
        return (state_of(s) & STARVING_BIT) != 0;
    }
    return false;
}

Test(mutex, MU_06_a_starving_mutex_is_handed_over, .timeout = 60) {
    struct shared s;
    rdl_maxprocs(1);
    while (!make_starving(&s)) {
        (void)rdl_mutex_trylock(&s.mu);
        rdl_mutex_unlock(&s.mu);
        rdl_close(s.ch);
        rdl_waitgroup_wait(&s.wg);
    }
    rdl_waitgroup_go(&s.wg, hold_until_told, &s); /* a newcomer queues at the end */
    await_parked(PARKED_LOCK, 2);
    cr_assert_eq(s.n, 0);
    rdl_mutex_unlock(&s.mu);
    cr_assert_neq(state_of(&s) & LOCKED_BIT, 0); /* it has its owner already */
    cr_assert_not(rdl_mutex_trylock(&s.mu));
    rdl_send(s.ch, NULL);
    rdl_send(s.ch, NULL);
    rdl_waitgroup_wait(&s.wg);
    cr_assert_eq(s.n, 2);
    cr_assert_eq(state_of(&s), 0); /* the last owner ends the mode */
}

static void lock_and_leave(void *mu) {
    rdl_mutex_lock(mu);
    rdl_goexit();
}

static void lock_and_panic(void *mu) {
    rdl_mutex_lock(mu);
    rdl_panic("with the lock");
}

Test(mutex, MU_10_nobody_unlocks_for_a_task_that_ends) {
    rdl_mutex mus[2] = {{0}, {0}};
    rdl_waitgroup wg = {0};
    rdl_waitgroup_go(&wg, lock_and_leave, &mus[0]);
    rdl_waitgroup_wait(&wg);
    cr_assert_not(rdl_try(lock_and_panic, &mus[1], NULL));
    cr_assert_not(rdl_mutex_trylock(&mus[0]));
    cr_assert_not(rdl_mutex_trylock(&mus[1]));
}

/* One bit goes on and off, no queue is touched; the benchmarks say what it costs. */
Test(mutex, MU_11_without_contention_only_the_word_changes) {
    struct shared s = {.n = 0};
    for (int i = 0; i < 5000; i++) { /* past the budget after which a task lets others run */
        rdl_mutex_lock(&s.mu);
        cr_assert_eq(state_of(&s), LOCKED_BIT);
        rdl_mutex_unlock(&s.mu);
        cr_assert_eq(state_of(&s), 0);
    }
    cr_assert_null(s.mu.rdl__waiters);
}

Test(mutex, API_lifetime_ends_with_the_lock_after_the_last_unlock) {
    for (int i = 0; i < 10000; i++) {
        rdl_mutex mu = {0};
        rdl_mutex_lock(&mu);
        rdl_go(unlock_it, &mu);
        rdl_mutex_lock(&mu);
        memset(&mu, 0xff, sizeof(mu));
        rdl_yield();
        cr_assert_eq(mu.rdl__state, UINT64_MAX);
    }
}

/* -- waitgroup -- */

static void done_once(void *wg) {
    rdl_waitgroup_done(wg);
}

static void wait_and_report(void *arg) {
    struct shared *s = arg;
    rdl_waitgroup_wait(&s->wg);
    rdl_send(s->ch, NULL);
}

Test(waitgroup, WG_01_WG_03_all_waiters_are_released_at_zero) {
    for (int round = 0; round < 300; round++) {
        struct shared s = {.ch = rdl_chan_make(0, 4)};
        rdl_waitgroup_wait(&s.wg);
        rdl_waitgroup_add(&s.wg, 3);
        for (int i = 0; i < 4; i++) {
            rdl_go(wait_and_report, &s);
        }
        for (int i = 0; i < 3; i++) {
            rdl_go(done_once, &s.wg);
        }
        for (int i = 0; i < 4; i++) {
            rdl_recv(s.ch, NULL);
        }
        rdl_chan_free(s.ch);
    }
}

Test(waitgroup, WG_02_negative_counter_panics) {
    rdl_waitgroup wg = {0};
    cr_assert_not(rdl_try(done_once, &wg, &caught));
    cr_assert_str_eq(caught.message, "sync: negative WaitGroup counter");
}

static void count_far_too_much(void *wg) {
    rdl_waitgroup_add(wg, INT64_MAX);
}

Test(waitgroup, WG_01_deltas_of_any_sign) {
    rdl_waitgroup wg = {0};
    rdl_waitgroup_add(&wg, 10);
    rdl_waitgroup_add(&wg, -3);
    rdl_waitgroup_add(&wg, -7);
    rdl_waitgroup_wait(&wg);
    rdl_waitgroup_add(&wg, INT64_C(1) << 40);
    rdl_waitgroup_add(&wg, -(INT64_C(1) << 40));
    rdl_waitgroup_wait(&wg);
    cr_assert_not(rdl_try(count_far_too_much, &wg, &caught));
    cr_assert_str_eq(caught.message, "rdl: count of a waitgroup is out of range");
    rdl_waitgroup_wait(&wg);
}

Test(waitgroup, WG_02_the_counter_stays_negative) {
    rdl_waitgroup wg = {0};
    cr_assert_not(rdl_try(done_once, &wg, NULL));
    cr_assert_not(rdl_try(done_once, &wg, NULL));
    rdl_waitgroup_add(&wg, 2);
    rdl_waitgroup_wait(&wg);
}

static void add_one(void *wg) {
    rdl_waitgroup_add(wg, 1);
}

/* The instant at which the last done takes the waiters out, frozen: bit 3 says so. */
Test(waitgroup, WG_04_add_while_waiters_are_released_panics) {
    rdl_waitgroup wg = {.rdl__state = 1 | 8};
    cr_assert_not(rdl_try(add_one, &wg, &caught));
    cr_assert_str_eq(caught.message, "sync: WaitGroup misuse: Add called concurrently with Wait");
}

static void done_and_add(void *wg) {
    rdl_waitgroup_done(wg);
    rdl_waitgroup_add(wg, 1);
}

static void wait_once(void *wg) {
    rdl_waitgroup_wait(wg);
}

Test(waitgroup, WG_04_reuse_before_wait_has_returned_panics) {
    rdl_maxprocs(1);
    bool seen = false;
    for (int i = 0; i < 1000 && !seen; i++) { /* at best: a waiter may be quicker than the add */
        rdl_waitgroup *wg = calloc(1, sizeof(*wg));
        rdl_waitgroup_add(wg, 1);
        rdl_go(done_and_add, wg);
        seen = !rdl_try(wait_once, wg, &caught);
    }
    cr_assert(seen);
    cr_assert_str_eq(caught.message, "sync: WaitGroup is reused before previous Wait has returned");
}

/* The group is gone as soon as wait returns: nothing may touch it then. */
Test(waitgroup, API_lifetime_ends_with_wait) {
    for (int i = 0; i < 20000; i++) {
        rdl_waitgroup wg = {0};
        rdl_waitgroup_add(&wg, 1);
        rdl_go(done_once, &wg);
        rdl_waitgroup_wait(&wg);
        memset(&wg, 0xff, sizeof(wg));
        rdl_yield();
        cr_assert_eq(wg.rdl__state, UINT64_MAX);
    }
}

static void leave_early(void *unused) {
    (void)unused;
    rdl_goexit();
}

Test(waitgroup, WG_05_go_counts_down_when_fn_calls_goexit) {
    rdl_waitgroup wg = {0};
    rdl_waitgroup_go(&wg, leave_early, NULL);
    rdl_waitgroup_wait(&wg);
}

static void panic_now(void *unused) {
    (void)unused;
    rdl_panic("in the group");
}

static void group_panics(void) {
    rdl_waitgroup wg = {0};
    rdl_waitgroup_go(&wg, panic_now, NULL);
    rdl_waitgroup_wait(&wg);
    _exit(0);
}

Test(waitgroup, WG_05_a_panic_ends_the_process_before_wait_returns) {
    for (int i = 0; i < 20; i++) {
        struct child c;
        run_child(group_panics, &c);
        cr_assert(exited_with(&c, 2));
        cr_assert(begins_with(c.text, "panic: in the group\n\ngoroutine "));
    }
}

/* -- once -- */

struct once_case {
    rdl_once once;
    rdl_waitgroup wg;
    int ran;
};

static void slow_step(void *arg) {
    struct once_case *c = arg;
    rdl_sleep(RDL_MILLISECOND);
    c->ran++;
}

static void do_it(void *arg) {
    struct once_case *c = arg;
    rdl_once_do(&c->once, slow_step, c);
    cr_assert_eq(c->ran, 1);
}

Test(once, ON_01_one_execution_and_all_see_its_end) {
    for (int round = 0; round < 50; round++) {
        struct once_case c = {.ran = 0};
        for (int i = 0; i < 10; i++) {
            rdl_waitgroup_go(&c.wg, do_it, &c);
        }
        rdl_waitgroup_wait(&c.wg);
        cr_assert_eq(c.ran, 1);
    }
}

static void do_panic(void *once) {
    rdl_once_do(once, panic_now, NULL);
}

Test(once, ON_02_a_panic_counts_as_done) {
    rdl_once once = {0};
    cr_assert_not(rdl_try(do_panic, &once, NULL));
    cr_assert(rdl_try(do_panic, &once, NULL));
}

/* ON-04 in C: the value stands beside the once. */
struct lazy {
    rdl_once once;
    int value;
};

static void make_value(void *arg) {
    struct lazy *lazy = arg;
    lazy->value += 42;
}

static int value_of(struct lazy *lazy) {
    rdl_once_do(&lazy->once, make_value, lazy);
    return lazy->value;
}

Test(once, ON_01_ON_04_a_value_made_once) {
    struct lazy lazy = {.value = 0};
    cr_assert_eq(value_of(&lazy), 42);
    cr_assert_eq(value_of(&lazy), 42);
}

static void do_and_leave(void *arg) {
    struct once_case *c = arg;
    rdl_once_do(&c->once, leave_early, NULL);
}

Test(once, ON_02_goexit_counts_as_done) {
    struct once_case c = {.ran = 1};
    rdl_waitgroup_go(&c.wg, do_and_leave, &c);
    rdl_waitgroup_wait(&c.wg);
    do_it(&c);
}

static void do_again(void *once) {
    rdl_once_do(once, do_again, once);
}

static void do_inside_do(void) {
    rdl_once once = {0};
    do_again(&once);
}

Test(once, ON_03_do_inside_do_deadlocks) {
    struct child c;
    run_child(do_inside_do, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "fatal error: all goroutines are asleep - deadlock!\n\n"
                                  "goroutine 1 [sync.Mutex.Lock]:\n"));
}
