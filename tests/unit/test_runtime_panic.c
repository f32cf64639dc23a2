/* Defer, panic, recover, crash output, deadlock: SEMANTICS sections 2, 3 and 16. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>

#include "test_runtime.h"

static char trace[256];
static rdl_panic_info caught;

static void note(void *text) {
    strcat(trace, text);
}

/* -- deferred calls -- */

static void three_defers(void *unused) {
    (void)unused;
    RDL_DEFER(note, "1");
    {
        RDL_DEFER(note, "2");
        note("a");
    }
    RDL_DEFER(note, "3");
    note("b");
}

Test(panic, PD_01_last_in_first_out_at_scope_end) {
    three_defers(NULL);
    cr_assert_str_eq(trace, "a2b31");
}

static void panic_below(void *unused) {
    (void)unused;
    RDL_DEFER(note, "x");
    rdl_panic("code %d", 42);
}

static void middle(void *unused) {
    RDL_DEFER(note, "m");
    panic_below(unused);
    note("never");
}

Test(panic, PD_02_PD_08_defers_run_once_before_try_returns) {
    cr_assert_not(rdl_try(middle, NULL, &caught));
    cr_assert_str_eq(trace, "xm");
    cr_assert_str_eq(caught.message, "code 42");
    cr_assert_null(caught.value);
}

static void outer_stays(void *unused) {
    (void)unused;
    RDL_DEFER(note, "o");
    cr_assert_not(rdl_try(middle, NULL, NULL));
    note("|");
}

Test(panic, PD_08_defers_outside_the_protected_call_stay) {
    outer_stays(NULL);
    cr_assert_str_eq(trace, "xm|o");
}

static void panic_again(void *unused) {
    (void)unused;
    rdl_panic("second");
}

static void panic_twice(void *unused) {
    (void)unused;
    RDL_DEFER(note, "z");
    RDL_DEFER(panic_again, NULL);
    rdl_panic("first");
}

Test(panic, PD_04_a_panic_in_a_deferred_call_supersedes) {
    cr_assert_not(rdl_try(panic_twice, NULL, &caught));
    cr_assert_str_eq(caught.message, "second");
    cr_assert_str_eq(trace, "z");
}

static void recover_inside(void *unused) {
    (void)unused;
    cr_assert_not(rdl_try(panic_again, NULL, NULL));
    note("r");
}

static void outer_panic(void *unused) {
    (void)unused;
    RDL_DEFER(recover_inside, NULL);
    rdl_panic("first");
}

Test(panic, PD_04_a_panic_recovered_in_a_deferred_call_leaves_the_outer_one) {
    cr_assert_not(rdl_try(outer_panic, NULL, &caught));
    cr_assert_str_eq(caught.message, "first");
    cr_assert_str_eq(trace, "r");
}

static rdl_mutex mu;
static rdl_waitgroup wg;

static void everyday(void *ch) {
    rdl_mutex_lock(&mu);
    rdl_waitgroup_add(&wg, 1);
    RDL_DEFER_CLOSE(ch);
    RDL_DEFER_DONE(&wg);
    RDL_DEFER_UNLOCK(&mu);
    rdl_panic("x");
}

Test(panic, API_everyday_defers) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    cr_assert_not(rdl_try(everyday, ch, NULL));
    cr_assert(rdl_mutex_trylock(&mu));
    rdl_waitgroup_wait(&wg);
    cr_assert_not(rdl_recv(ch, NULL));
}

/* A task migrates while it is inside a protected call. */
static void park_and_panic(void *unused) {
    (void)unused;
    for (int i = 0; i < 20; i++) {
        rdl_sleep(RDL_MICROSECOND);
    }
    rdl_panic("late");
}

static void try_often(void *unused) {
    (void)unused;
    for (int i = 0; i < 20; i++) {
        cr_assert_not(rdl_try(park_and_panic, NULL, NULL));
    }
}

Test(panic, PD_08_protected_calls_survive_migration) {
    rdl_waitgroup group = {0};
    for (int i = 0; i < 20; i++) {
        rdl_waitgroup_go(&group, try_often, NULL);
    }
    rdl_waitgroup_wait(&group);
}

/* -- rdl_goexit -- */

static void exit_inside_try(void *ch) {
    (void)ch;
    RDL_DEFER(note, "e");
    rdl_goexit();
}

static void goexit_task(void *ch) {
    RDL_DEFER_CLOSE(ch);
    RDL_DEFER(note, "f");
    rdl_try(exit_inside_try, NULL, NULL);
    note("never");
}

Test(panic, GR_09_PD_08_goexit_passes_protected_calls) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    rdl_go(goexit_task, ch);
    rdl_recv(ch, NULL);
    cr_assert_str_eq(trace, "ef");
}

static void exit_with_panic(void *unused) {
    (void)unused;
    RDL_DEFER(panic_again, NULL);
    rdl_goexit();
}

static void recovered_goexit(void *ch) {
    RDL_DEFER_CLOSE(ch);
    RDL_DEFER(note, "g");
    rdl_try(exit_with_panic, NULL, NULL);
    note("never");
}

Test(panic, GR_11_recovered_panic_lets_goexit_go_on) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    rdl_go(recovered_goexit, ch);
    rdl_recv(ch, NULL);
    cr_assert_str_eq(trace, "g");
}

static void goexit_because_of_panic(void *ch) {
    RDL_DEFER_CLOSE(ch);
    RDL_DEFER((void (*)(void *))rdl_goexit, NULL);
    rdl_panic("vanishes");
}

Test(panic, GR_11_goexit_in_a_deferred_call_ends_the_panic) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    rdl_go(goexit_because_of_panic, ch);
    rdl_recv(ch, NULL);
}

/* -- more of the matrix -- */

static void panic_in_goexit(void *ch) {
    RDL_DEFER_CLOSE(ch);
    RDL_DEFER(note, "after");
    RDL_DEFER(panic_again, NULL);
    rdl_goexit();
}

static void crash_in_goexit(void) {
    rdl_go(panic_in_goexit, RDL_CHAN(int, 0));
    rdl_recv(NULL, NULL);
}

Test(panic, GR_11_a_panic_during_goexit_crashes_unless_recovered) {
    struct child c;
    run_child(crash_in_goexit, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "panic: second\n\ngoroutine "), "%s", c.text);
}

static void try_depth(void *depth) {
    intptr_t n = (intptr_t)depth;
    RDL_DEFER(note, ".");
    if (n == 0) {
        rdl_panic("deep");
    }
    rdl_panic_info info;
    cr_assert_not(rdl_try(try_depth, (void *)(n - 1), &info));
    cr_assert_str_eq(info.message, "deep");
    rdl_panic("%s", info.message);
}

Test(panic, PD_08_protected_calls_nest) {
    cr_assert_not(rdl_try(try_depth, (void *)9, &caught));
    cr_assert_str_eq(trace, "..........");
    cr_assert_null(caught.value);
    cr_assert(rdl_try(note, "!", NULL));
}

static void lock_and_panic(void *unused) {
    (void)unused;
    rdl_mutex_lock(&mu);
    rdl_panic("holding");
}

Test(panic, PD_07_locks_of_dropped_frames_stay_locked) {
    cr_assert_not(rdl_try(lock_and_panic, NULL, NULL));
    cr_assert_not(rdl_mutex_trylock(&mu));
    rdl_mutex_unlock(&mu);
}

static jmp_buf back;

__attribute__((noinline)) static void defer_and_jump(void) {
    RDL_DEFER(note, "never");
    longjmp(back, 1);
}

__attribute__((noinline)) static void defer_more(void) {
    RDL_DEFER(note, "more");
}

static void jump_past_defer(void *unused) {
    (void)unused;
    if (setjmp(back) == 0) {
        defer_and_jump();
    }
}

static void jump_and_return(void) {
    rdl_go(jump_past_defer, NULL);
    rdl_recv(NULL, NULL);
}

static void jump_and_defer(void) {
    RDL_DEFER(note, "outer");
    jump_past_defer(NULL);
    defer_more();
}

static void jump_out(void *unused) {
    (void)unused;
    longjmp(back, 1);
}

static void jump_past_try(void) {
    if (setjmp(back) == 0) {
        rdl_try(jump_out, NULL, NULL);
    }
    rdl_try(note, "x", NULL);
}

Test(panic, API_longjmp_past_a_deferred_or_protected_call_is_misuse) {
    struct child c;
    static void (*const rows[])(void) = {jump_and_return, jump_and_defer};
    for (size_t i = 0; i < 2; i++) {
        run_child(rows[i], &c);
        cr_assert(exited_with(&c, 2), "status %x: %s", (unsigned)c.status, c.text);
        cr_assert(begins_with(c.text, "fatal error: rdl: a longjmp or return left a deferred call "
                                      "behind\n"),
                  "%s", c.text);
    }
    run_child(jump_past_try, &c);
    cr_assert(exited_with(&c, 2), "status %x: %s", (unsigned)c.status, c.text);
    cr_assert(begins_with(c.text, "fatal error: rdl: a longjmp left a protected call behind\n"),
              "%s", c.text);
}

static void end_with_8(void *unused) {
    (void)unused;
    _exit(8);
}

static void goexit_in_main_with_defer(void) {
    RDL_DEFER(end_with_8, NULL);
    rdl_goexit();
}

Test(panic, GR_09_GR_10_goexit_in_main_runs_what_is_deferred) {
    struct child c;
    run_child(goexit_in_main_with_defer, &c);
    cr_assert(exited_with(&c, 8));
}

static void *goexit_thread(void *unused) {
    (void)unused;
    rdl_goexit();
}

static void goexit_on_thread(void) {
    pthread_t thread;
    rdl_yield();
    pthread_create(&thread, NULL, goexit_thread, NULL);
    pthread_join(thread, NULL);
}

Test(panic, GR_32_goexit_on_a_thread_of_the_program_is_fatal) {
    struct child c;
    run_child(goexit_on_thread, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(
        begins_with(c.text, "fatal error: rdl: rdl_goexit on a thread that rdl_go did not make\n"));
}

static void send_closed(void *ch) {
    rdl_close(ch);
    rdl_send(ch, NULL);
}

static void close_closed(void *ch) {
    rdl_close(ch);
}

static void close_nil(void *unused) {
    (void)unused;
    rdl_close(NULL);
}

static void negative_count(void *unused) {
    (void)unused;
    rdl_waitgroup_done(&wg);
}

Test(panic, PD_05_PD_08_TX_01_TX_02_TX_03_TX_13_the_runtimes_own_panics_are_caught) {
    rdl_chan *ch = rdl_chan_make(0, 0);
    static const struct {
        void (*fn)(void *);
        const char *text;
    } rows[] = {{send_closed, "send on closed channel"},
                {close_closed, "close of closed channel"},
                {close_nil, "close of nil channel"},
                {negative_count, "sync: negative WaitGroup counter"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cr_assert_not(rdl_try(rows[i].fn, ch, &caught));
        cr_assert_str_eq(caught.message, rows[i].text);
    }
}

/* -- crashes -- */

static void nested_panics(void) {
    panic_twice(NULL);
}

Test(panic, EX_03_nested_panics_print_oldest_first) {
    struct child c;
    run_child(nested_panics, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "panic: first\n\tpanic: second\n\ngoroutine 1 [running]:\n"));
}

static void wait_on(void *ch) {
    rdl_recv(ch, NULL);
}

static void panic_with_others(void) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    rdl_go(wait_on, ch);
    rdl_go(wait_on, NULL);
    let_others_park();
    rdl_panic("two\nlines");
}

Test(panic, EX_01_TR_01_panic_prints_every_goroutine) {
    struct child c;
    run_child(panic_with_others, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "panic: two\n\tlines\n\ngoroutine 1 [running]:\n"));
    cr_assert(strstr(c.text, "\n\ngoroutine 2 [chan receive]:\n") != NULL ||
                  strstr(c.text, "\n\ngoroutine 18 [chan receive]:\n") != NULL,
              "%s", c.text);
    cr_assert_not_null(strstr(c.text, " [chan receive (nil chan)]:\n"));
    cr_assert_not_null(strstr(c.text, "created by "));
    cr_assert_not_null(strstr(c.text, " in goroutine 1"));
    cr_assert_null(strstr(c.text, "rdl__"));
}

static void go_nothing(void) {
    rdl_go(NULL, NULL);
}

Test(panic, GR_02_go_of_nothing_is_fatal_in_the_caller) {
    struct child c;
    run_child(go_nothing, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "fatal error: go of nil func value\n\ngoroutine 1 [running]:\n"));
}

static int recurse(int n) {
    volatile char frame[512];
    frame[0] = (char)n;
    return n < 0 ? 0 : recurse(n + 1) + frame[0];
}

static void recurse_task(void *unused) {
    (void)unused;
    recurse(0);
}

static void overflow(void) {
    rdl_go(recurse_task, NULL);
    rdl_recv(NULL, NULL);
}

Test(panic, GR_29_stack_overflow) {
    struct child c;
    run_child(overflow, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "runtime: goroutine stack exceeds 245760-byte limit\n"
                                  "fatal error: stack overflow\n\ngoroutine "),
              "%s", c.text);
}

static void touch_nothing(void) {
    rdl_yield();
    *(volatile int *)0 = 1;
}

Test(panic, API_fatal_signal_prints_the_dump_and_stays_a_signal) {
    struct child c;
    signal(SIGSEGV, SIG_DFL);
    run_child(touch_nothing, &c);
    cr_assert(WIFSIGNALED(c.status));
    cr_assert_eq(WTERMSIG(c.status), SIGSEGV);
    cr_assert_not_null(strstr(c.text, "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0"));
}
