/* Tasks, scheduling, time: SEMANTICS sections 1 and 6. */
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "test_runtime.h"

/* -- tasks -- */

struct argument {
    int n;
    rdl_chan *ch;
    char filler[100];
};

static void send_n(void *arg) {
    const struct argument *a = arg;
    rdl_send(a->ch, &a->n);
}

Test(sched, GR_01_arguments_are_copied_before_go_returns) {
    struct argument a = {.ch = RDL_CHAN(int, 0)};
    int seen[100] = {0};
    for (a.n = 0; a.n < 100; a.n++) {
        rdl_go_copy(send_n, &a, sizeof(a));
    }
    for (int i = 0; i < 100; i++) {
        seen[RDL_RECV_VALUE(a.ch, int)]++;
    }
    for (int i = 0; i < 100; i++) {
        cr_assert_eq(seen[i], 1);
    }
}

struct large {
    unsigned char bytes[100000];
    rdl_chan *ch;
};

static void send_sum(void *arg) {
    const struct large *l = arg;
    long sum = 0;
    for (size_t i = 0; i < sizeof(l->bytes); i++) {
        sum += l->bytes[i];
    }
    rdl_send(l->ch, &sum);
}

Test(sched, GR_01_large_arguments) {
    static struct large l;
    l.ch = RDL_CHAN(long, 0);
    memset(l.bytes, 1, sizeof(l.bytes));
    rdl_go_copy(send_sum, &l, sizeof(l));
    memset(l.bytes, 2, sizeof(l.bytes));
    cr_assert_eq(RDL_RECV_VALUE(l.ch, long), 100000);
}

static void send_id(void *ch) {
    RDL_SEND_VALUE(ch, rdl_task_id());
}

Test(sched, GR_04_ids_are_unique_and_main_is_1) {
    rdl_chan *ch = RDL_CHAN(uint64_t, 0);
    static bool seen[100000];
    cr_assert_eq(rdl_task_id(), 1);
    for (int i = 0; i < 1000; i++) {
        rdl_go(send_id, ch);
        uint64_t id = RDL_RECV_VALUE(ch, uint64_t);
        cr_assert_gt(id, 1);
        cr_assert_lt(id, 100000);
        cr_assert_not(seen[id]);
        seen[id] = true;
    }
}

static void wait_on(void *ch) {
    rdl_recv(ch, NULL);
}

Test(sched, GR_12_num_tasks) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    cr_assert_eq(rdl_num_tasks(), 1);
    for (int i = 0; i < 50; i++) {
        rdl_go(wait_on, ch);
    }
    cr_assert_eq(rdl_num_tasks(), 51);
    rdl_close(ch);
    while (rdl_num_tasks() != 1) {
        rdl_yield();
    }
}

static int depth(int n) {
    volatile char frame[100];
    frame[0] = 1;
    return n == 0 ? 0 : depth(n - 1) + frame[0];
}

static void go_deep(void *ch) {
    RDL_SEND_VALUE(ch, depth(100000));
}

Test(sched, GR_29_deep_recursion_on_a_large_stack) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    rdl_go_options options = {.stack_bytes = 64 << 20, .name = "deep"};
    for (int i = 0; i < 3; i++) {
        rdl_go_with(&options, go_deep, ch);
        cr_assert_eq(RDL_RECV_VALUE(ch, int), 100000);
    }
}

static void pass(void *arg) {
    rdl_chan **ends = arg;
    rdl_recv(ends[0], NULL);
    rdl_send(ends[1], NULL);
}

static void check_parked(int n) {
    rdl_chan *ends[] = {rdl_chan_make(0, 0), rdl_chan_make(0, 0)};
    for (int i = 0; i < n; i++) {
        rdl_go(pass, ends);
    }
    rdl_close(ends[0]);
    for (int i = 0; i < n; i++) {
        rdl_recv(ends[1], NULL);
    }
}

static void go_on_a_stack_of(void *bytes) {
    rdl_go_options options = {.stack_bytes = *(size_t *)bytes};
    rdl_go_with(&options, pass, NULL);
}

Test(sched, API_a_stack_beyond_all_bounds_panics) {
    static const size_t wrong[] = {SIZE_MAX, SIZE_MAX - 1000, SIZE_MAX / 2};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        rdl_panic_info info;
        size_t bytes = wrong[i];
        cr_assert_not(rdl_try(go_on_a_stack_of, &bytes, &info));
        cr_assert_str_eq(info.message, "rdl: stack_bytes is out of range");
    }
}

Test(sched, GR_29_hundred_thousand_parked, .timeout = 60) {
    check_parked(100000);
    check_parked(100000);
}

/* -- scheduling -- */

static atomic_int turn;

static void hand_round(void *arg) {
    struct argument *a = arg;
    for (int i = 0; i < 200; i++) {
        while (atomic_load(&turn) % 2 != a->n) {
        }
        atomic_fetch_add(&turn, 1);
    }
    rdl_send(a->ch, &a->n);
}

Test(sched, GR_19_two_run_at_the_same_time, .timeout = 60) {
    struct argument a = {.ch = RDL_CHAN(int, 2)};
    rdl_maxprocs(3);
    for (a.n = 0; a.n < 2; a.n++) {
        rdl_go_copy(hand_round, &a, sizeof(a));
    }
    rdl_recv(a.ch, NULL);
    rdl_recv(a.ch, NULL);
}

static char order[64];

static void yield_and_note(void *arg) {
    const struct argument *a = arg;
    for (int i = 0; i < 5; i++) {
        strcat(order, a->n == 0 ? "0" : "1");
        rdl_yield();
    }
    rdl_send(a->ch, &a->n);
}

Test(sched, GR_15_two_that_yield_alternate) {
    struct argument a = {.ch = RDL_CHAN(int, 2)};
    rdl_maxprocs(1);
    for (a.n = 0; a.n < 2; a.n++) {
        rdl_go_copy(yield_and_note, &a, sizeof(a));
    }
    rdl_recv(a.ch, NULL);
    rdl_recv(a.ch, NULL);
    cr_assert(strstr(order, "00") == NULL && strstr(order, "11") == NULL, "%s", order);
}

static void poll_for_ever(void *ch) {
    while (!rdl_try_recv(ch, NULL, NULL)) {
    }
}

Test(sched, GR_14_GR_30_a_task_that_only_polls_does_not_starve_others, .timeout = 20) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    rdl_maxprocs(1);
    rdl_go(poll_for_ever, ch);
    rdl_yield();
    rdl_sleep(RDL_MILLISECOND);
    rdl_close(ch);
}

static void ping(void *arg) {
    rdl_chan **ends = arg;
    while (rdl_recv(ends[0], NULL)) {
        rdl_send(ends[1], NULL);
    }
}

static void pong(void *arg) {
    rdl_chan **ends = arg;
    for (;;) {
        rdl_send(ends[0], NULL);
        rdl_recv(ends[1], NULL);
    }
}

Test(sched, GR_20_a_pair_cannot_starve_others, .timeout = 20) {
    static rdl_chan *ends[2];
    ends[0] = rdl_chan_make(0, 0);
    ends[1] = rdl_chan_make(0, 0);
    rdl_maxprocs(1);
    rdl_go(ping, ends);
    rdl_go(pong, ends);
    for (int i = 0; i < 100; i++) {
        rdl_yield();
    }
}

static void work_a_little(void *arg) {
    struct argument *a = arg;
    for (int i = 0; i < 50; i++) {
        rdl_yield();
    }
    rdl_send(a->ch, &a->n);
}

Test(sched, GR_21_maxprocs_changes_lose_nobody, .timeout = 60) {
    struct argument a = {.ch = RDL_CHAN(int, 1000)};
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 200; i++) {
            rdl_go(work_a_little, &a);
            if (i % 40 == 0) {
                rdl_maxprocs(1 + (i / 40 + round) % 5);
            }
        }
        for (int i = 0; i < 200; i++) {
            rdl_recv(a.ch, NULL);
        }
    }
    rdl_maxprocs(3);
    cr_assert_eq(rdl_maxprocs(0), 3);
    cr_assert_eq(rdl_maxprocs(2), 3);
}

static void spin_until_set(void *flag) {
    while (atomic_load((atomic_int *)flag) == 0) {
    }
}

static void set_flag(void *flag) {
    atomic_store((atomic_int *)flag, 1);
}

/* Nothing but the call itself can start the worker that the waiting task needs. */
Test(sched, GR_19_GR_21_more_procs_take_what_waits, .timeout = 20) {
    for (int round = 0; round < 20; round++) {
        atomic_int flag = 0;
        rdl_waitgroup wg = {0};
        rdl_maxprocs(1);
        rdl_waitgroup_go(&wg, set_flag, &flag);
        rdl_waitgroup_go(&wg, spin_until_set, &flag);
        rdl_maxprocs(2);
        rdl_waitgroup_wait(&wg);
    }
}

/* One worker belongs to a loop without calls, with a task behind it; the other is never idle. */
Test(sched, GR_14_a_task_behind_a_loop_runs_though_others_yield, .timeout = 20) {
    rdl_waitgroup wg = {0};
    for (int round = 0; round < 20; round++) {
        atomic_int flag = 0;
        rdl_maxprocs(1);
        rdl_waitgroup_go(&wg, set_flag, &flag);
        rdl_waitgroup_go(&wg, spin_until_set, &flag);
        rdl_maxprocs(2);
        while (atomic_load(&flag) == 0) {
            rdl_yield();
        }
        rdl_waitgroup_wait(&wg);
    }
}

/* Compilers keep errno's address inside a function, which a park makes stale; these do not. */
__attribute__((noinline)) static void set_errno(int n) {
    errno = n;
}

__attribute__((noinline)) static int get_errno(void) {
    int n = errno;
    __atomic_signal_fence(__ATOMIC_SEQ_CST); /* no compiler takes two calls for one */
    return n;
}

static void keep_errno(void *arg) {
    struct argument *a = arg;
    for (int i = 0; i < 100; i++) {
        set_errno(a->n);
        rdl_yield();
        cr_assert_eq(get_errno(), a->n);
    }
    rdl_send(a->ch, &a->n);
}

Test(sched, GR_31_errno_belongs_to_the_task) {
    struct argument a = {.ch = RDL_CHAN(int, 8)};
    for (a.n = 1; a.n <= 8; a.n++) {
        rdl_go_copy(keep_errno, &a, sizeof(a));
    }
    for (int i = 0; i < 8; i++) {
        rdl_recv(a.ch, NULL);
    }
}

/* What the C++ library would keep of a thread; this program plays that library. */
struct exceptions {
    void *caught;
    unsigned uncaught;
};

struct exceptions *__cxa_get_globals(void);
struct exceptions *__cxa_get_globals(void) {
    static _Thread_local struct exceptions of_this_thread;
    return &of_this_thread;
}

__attribute__((noinline)) static void set_exceptions(struct argument *a) {
    *__cxa_get_globals() = (struct exceptions){.caught = a, .uncaught = (unsigned)a->n};
}

__attribute__((noinline)) static bool are_exceptions_of(struct argument *a) {
    return __cxa_get_globals()->caught == a && __cxa_get_globals()->uncaught == (unsigned)a->n;
}

static void park_in_a_catch_block(void *arg) {
    struct argument *a = arg;
    set_exceptions(a);
    for (int i = 0; i < 100; i++) {
        rdl_yield();
        cr_assert(are_exceptions_of(a));
    }
    rdl_send(a->ch, &a->n);
}

Test(sched, GR_31_exceptions_of_cxx_belong_to_the_task) {
    struct argument a = {.ch = RDL_CHAN(int, 8)};
    for (a.n = 1; a.n <= 8; a.n++) {
        rdl_go_copy(park_in_a_catch_block, &a, sizeof(a));
    }
    for (int i = 0; i < 8; i++) {
        rdl_recv(a.ch, NULL);
    }
}

/* -- threads of the user's -- */

static void *thread_pump(void *arg) {
    rdl_chan **ends = arg;
    int v;
    RDL_RANGE(ends[0], v) {
        RDL_SEND_VALUE(ends[1], v + 1);
    }
    return NULL;
}

Test(sched, GR_32_threads_may_call_in) {
    rdl_chan *ends[] = {RDL_CHAN(int, 0), RDL_CHAN(int, 0)};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        pthread_create(&threads[i], NULL, thread_pump, ends);
    }
    for (int i = 0; i < 2000; i++) {
        RDL_SEND_VALUE(ends[0], i);
        cr_assert_eq(RDL_RECV_VALUE(ends[1], int), i + 1);
    }
    rdl_close(ends[0]);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    cr_assert_eq(rdl_num_tasks(), 1);
}

static void *thread_first(void *arg) {
    rdl_chan *ch = RDL_CHAN(uint64_t, 0);
    *(rdl_chan **)arg = ch;
    rdl_go(send_id, ch);
    (void)RDL_RECV_VALUE(ch, uint64_t);
    rdl_sleep(RDL_MILLISECOND);
    return NULL;
}

Test(sched, GR_32_a_thread_may_be_the_first_to_call) {
    pthread_t thread;
    rdl_chan *ch;
    pthread_create(&thread, NULL, thread_first, &ch);
    pthread_join(thread, NULL);
    cr_assert_eq(rdl_task_id(), 1);
    rdl_go(send_id, ch);
    cr_assert_gt(RDL_RECV_VALUE(ch, uint64_t), 1);
}

static void end_by_goexit(void) {
    pthread_t thread;
    rdl_chan *ch;
    pthread_create(&thread, NULL, thread_first, &ch);
    pthread_join(thread, NULL);
    rdl_goexit();
}

static void end_blocked(void) {
    pthread_t thread;
    rdl_chan *ch;
    pthread_create(&thread, NULL, thread_first, &ch);
    rdl_sleep(RDL_MILLISECOND);
    pthread_join(thread, NULL);
    rdl_recv(ch, NULL);
}

/* Who calls first is a race in many programs: main is the main goroutine either way. */
Test(sched, GR_10_DL_01_main_is_main_though_a_thread_was_first, .timeout = 60) {
    struct child c;
    run_child(end_by_goexit, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text,
                          "fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n"));
    for (int i = 0; i < 10; i++) {
        run_child(end_blocked, &c);
        cr_assert(exited_with(&c, 2));
        cr_assert(begins_with(c.text, "fatal error: all goroutines are asleep - deadlock!\n\n"
                                      "goroutine 1 [chan receive]:\n"));
    }
}

/* -- the end -- */

static void tick(void *ch) {
    for (;;) {
        rdl_try_recv(ch, NULL, NULL);
        rdl_yield();
    }
}

static void say_bye(void) {
    dprintf(STDERR_FILENO, "bye");
}

static void end_with_others(void) {
    rdl_yield();
    atexit(say_bye);
    for (int i = 0; i < 4; i++) {
        rdl_go(tick, RDL_CHAN(int, 0));
    }
    rdl_yield();
    exit(3);
}

Test(sched, GR_06_GR_08_exit_ends_the_process_whatever_runs) {
    for (int i = 0; i < 20; i++) {
        struct child c;
        run_child(end_with_others, &c);
        cr_assert(exited_with(&c, 3));
        cr_assert_str_eq(c.text, "bye");
    }
}

/* -- time -- */

Test(sched, TM_01_sleep_is_not_early) {
    rdl_time start = rdl_now();
    rdl_sleep(0);
    rdl_sleep(-5);
    rdl_sleep(30 * RDL_MILLISECOND);
    rdl_time slept = rdl_now() - start;
    cr_assert(slept >= 30 * RDL_MILLISECOND);
    cr_assert(slept < 5 * RDL_SECOND);
}

static void sleep_and_send(void *arg) {
    const struct argument *a = arg;
    rdl_sleep(a->n * 3 * RDL_MILLISECOND);
    rdl_send(a->ch, &a->n);
}

Test(sched, TM_05_sleepers_wake_in_the_order_of_their_deadlines) {
    struct argument a = {.ch = RDL_CHAN(int, 0)};
    rdl_maxprocs(1);
    for (a.n = 20; a.n > 0; a.n--) {
        rdl_go_copy(sleep_and_send, &a, sizeof(a));
    }
    for (int i = 1; i <= 20; i++) {
        cr_assert_eq(RDL_RECV_VALUE(a.ch, int), i);
    }
}

Test(sched, TM_03_TM_07_TM_11_after) {
    rdl_time start = rdl_now();
    rdl_chan *ch = rdl_after(20 * RDL_MILLISECOND);
    cr_assert_eq(rdl_chan_cap(ch), 0);
    cr_assert_not(rdl_try_recv(ch, NULL, NULL));
    rdl_time due = RDL_RECV_VALUE(ch, rdl_time);
    cr_assert(due >= start + 20 * RDL_MILLISECOND);
    cr_assert(due <= rdl_now());
    rdl_chan_free(ch);
    ch = rdl_after(-1);
    cr_assert(rdl_try_recv(ch, NULL, NULL));
    cr_assert_not(rdl_try_recv(ch, NULL, NULL));
    rdl_chan_free(ch);
}

Test(sched, TM_08_due_is_receivable_though_nobody_has_noticed) {
    rdl_maxprocs(1);
    for (int i = 0; i < 50; i++) {
        rdl_chan *ch = rdl_after(RDL_MICROSECOND);
        rdl_time until = rdl_now() + 2 * RDL_MICROSECOND;
        while (rdl_now() < until) {
        }
        cr_assert_eq(rdl_chan_len(ch), 0);
        cr_assert(rdl_try_recv(ch, NULL, NULL));
        rdl_chan_free(ch);
    }
}

Test(sched, TM_15_TM_19_after_is_freed_at_any_moment) {
    for (int i = 0; i < 20000; i++) {
        rdl_chan *ch = rdl_after(i % 20 * RDL_MICROSECOND);
        if (i % 3 == 0) {
            rdl_recv(ch, NULL);
        }
        rdl_chan_free(ch);
    }
}

Test(sched, TM_02_never) {
    rdl_chan *ch = rdl_after(INT64_MAX);
    cr_assert_not(rdl_try_recv(ch, NULL, NULL));
    rdl_case cases[] = {RDL_CASE_RECV(ch, NULL), RDL_CASE_TIMEOUT(RDL_MILLISECOND)};
    cr_assert_eq(rdl_select(cases, 2), 1);
    rdl_chan_free(ch);
}

static void use_the_runtime(void) {
    rdl_chan *ch = rdl_after(RDL_MILLISECOND);
    for (int i = 0; i < 5000; i++) {
        rdl_try_recv(NULL, NULL, NULL);
    }
    rdl_yield();
    rdl_sleep(RDL_MILLISECOND);
    rdl_recv(ch, NULL);
    say_bye();
}

static void end_with_a_handler_that_parks(void) {
    atexit(use_the_runtime);
    end_with_others();
}

Test(sched, GR_06_handlers_of_exit_may_park) {
    for (int i = 0; i < 20; i++) {
        struct child c;
        run_child(end_with_a_handler_that_parks, &c);
        cr_assert(exited_with(&c, 3));
        cr_assert_str_eq(c.text, "byebye");
    }
}

/* -- timers while workers come and go -- */

static void sleep_often(void *arg) {
    struct argument *a = arg;
    for (int i = 0; i < 60; i++) {
        rdl_sleep((a->n * 7 + i * 13) % 300 * RDL_MICROSECOND);
    }
    rdl_send(a->ch, &a->n);
}

static void change_procs(void *arg) {
    struct argument *a = arg;
    for (int i = 0; i < 30; i++) {
        rdl_maxprocs(1 + i * 5 % 6);
        rdl_sleep(500 * RDL_MICROSECOND);
    }
    rdl_send(a->ch, &a->n);
}

/* A worker that retires may have been the one that sleeps until the next timer. On one CPU that was
 * lost once in thirty runs. */
Test(sched, GR_21_no_timer_is_lost_when_workers_retire, .timeout = 60) {
    struct argument a = {.ch = RDL_CHAN(int, 0)};
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    sched_setaffinity(0, sizeof(one), &one);
    for (int round = 0; round < 20; round++) {
        rdl_go_copy(change_procs, &a, sizeof(a));
        for (a.n = 0; a.n < 10; a.n++) {
            rdl_go_copy(sleep_often, &a, sizeof(a));
        }
        for (int i = 0; i < 11; i++) {
            rdl_recv(a.ch, NULL);
        }
    }
}
