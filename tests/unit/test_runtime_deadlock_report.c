/* When the deadlock report comes, and what it says. SEMANTICS 3 and 4. */
#include <criterion/criterion.h>
#include <pthread.h>

#include "deadlock.h"

static rdl_mutex mu;
static rdl_waitgroup wg;

Test(deadlock, DL_01_receive_that_nobody_sends_to) {
    expect_deadlock(lonely_receive, "chan receive");
}

static void lonely_send(void) {
    RDL_SEND_VALUE(RDL_CHAN(int, 0), 1);
}

static void nil_send(void) {
    rdl_send(NULL, NULL);
}

static void nil_receive(void) {
    rdl_recv(NULL, NULL);
}

static void empty_select(void) {
    rdl_select(NULL, 0);
}

static void lonely_select(void) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    rdl_case cases[] = {RDL_CASE_RECV(ch, NULL), RDL_CASE_RECV(NULL, NULL)};
    rdl_select(cases, 2);
}

static void one_nil_case(void) {
    rdl_case cases[] = {RDL_CASE_RECV(NULL, NULL)};
    rdl_select(cases, 1);
}

static void lock_twice(void) {
    rdl_mutex_lock(&mu);
    rdl_mutex_lock(&mu);
}

static void wait_for_nobody(void) {
    rdl_waitgroup_add(&wg, 1);
    rdl_waitgroup_wait(&wg);
}

Test(deadlock, TR_04_each_wait_has_its_name) {
    expect_deadlock(lonely_send, "chan send");
    expect_deadlock(nil_send, "chan send (nil chan)");
    expect_deadlock(nil_receive, "chan receive (nil chan)");
    expect_deadlock(empty_select, "select (no cases)");
    expect_deadlock(lonely_select, "select");
    expect_deadlock(one_nil_case, "chan receive (nil chan)");
    expect_deadlock(lock_twice, "sync.Mutex.Lock");
    expect_deadlock(wait_for_nobody, "sync.WaitGroup.Wait");
}

static void after_nobody_waits_for(void) {
    rdl_after(RDL_HOUR);
    lonely_receive();
}

Test(deadlock, DL_03_a_timer_that_nobody_waits_for_does_not_count) {
    expect_deadlock(after_nobody_waits_for, "chan receive");
}

static void await_after(void) {
    rdl_recv(rdl_after(50 * RDL_MILLISECOND), NULL);
    rdl_case cases[] = {RDL_CASE_RECV(RDL_CHAN(int, 0), NULL),
                        RDL_CASE_TIMEOUT(20 * RDL_MILLISECOND)};
    rdl_select(cases, 2);
    rdl_sleep(20 * RDL_MILLISECOND);
    lonely_receive();
}

Test(deadlock, DL_03_sleep_and_awaited_timers_count_until_they_fire) {
    expect_deadlock(await_after, "chan receive");
}

static void *short_thread(void *unused) {
    return unused;
}

static void joined_thread(void) {
    pthread_t thread;
    rdl_yield();
    pthread_create(&thread, NULL, short_thread, NULL);
    pthread_join(thread, NULL);
    lonely_receive();
}

Test(deadlock, DL_03_a_joined_thread_does_not_suppress_it) {
    for (int i = 0; i < 30; i++) {
        expect_deadlock(joined_thread, "chan receive");
    }
}

static void main_leaves(void) {
    rdl_goexit();
}

Test(deadlock, GR_10_DL_05_nobody_left) {
    struct child c;
    run_child(main_leaves, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert_str_eq(c.text,
                     "fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n");
}

static void main_leaves_others(void) {
    rdl_go(wait_on, RDL_CHAN(int, 0));
    rdl_goexit();
}

Test(deadlock, GR_10_others_blocked_after_main_left) {
    struct child c;
    run_child(main_leaves_others, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "fatal error: all goroutines are asleep - deadlock!\n\n"));
    cr_assert_null(strstr(c.text, "goroutine 1 ["));
}

/* Threads of ours must be one fewer than the kernel's list for no reason but a thread of the
 * user's: hundreds of starts, each with the workers at a different point. */
Test(deadlock, DL_02_never_false_and_never_missed) {
    for (int i = 0; i < 100; i++) {
        expect_deadlock(lonely_select, "select");
    }
}
