/* Stack overflow is told as one, with the real limit, wherever it happens. SEMANTICS GR-29, TX-08. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "runtime/rt.h"
#include "test_runtime.h"

#define OVERFLOW_LINES                                                                             \
    "runtime: goroutine stack exceeds %zu-byte limit\nfatal error: stack overflow\n\n"

static size_t stack_bytes;

__attribute__((noinline)) static int recurse(int n) {
    volatile char frame[512];
    frame[0] = (char)n;
    return n < 0 ? 0 : recurse(n + 1) + frame[0];
}

static void recurse_task(void *unused) {
    (void)unused;
    recurse(0);
}

static void overflow(void) {
    rdl_go_with(&(rdl_go_options){.stack_bytes = stack_bytes}, recurse_task, NULL);
    rdl_recv(NULL, NULL);
}

static void expect_overflow(void (*fn)(void), size_t limit) {
    struct child c;
    char start[160];
    signal(SIGSEGV, SIG_DFL);
    run_child(fn, &c);
    snprintf(start, sizeof(start), OVERFLOW_LINES "goroutine ", limit);
    cr_assert(exited_with(&c, 2), "status %x: %s", (unsigned)c.status, c.text);
    cr_assert(begins_with(c.text, start), "%s", c.text);
    cr_assert_not_null(strstr(c.text, " [running]:\nrecurse"), "%s", c.text);
    cr_assert(limit < 100000 || strstr(c.text, " frames elided...\n") != NULL, "%s", c.text);
}

/* The usable part: a stride of 64 KiB times a power of two, without the guard. */
Test(overflow, GR_29_TX_08_with_the_limit_of_each_size) {
    expect_overflow(overflow, ((size_t)256 << 10) - STACK_GUARD_BYTES);
    stack_bytes = (size_t)48 << 10;
    expect_overflow(overflow, ((size_t)64 << 10) - STACK_GUARD_BYTES);
    stack_bytes = (size_t)8 << 20;
    expect_overflow(overflow, ((size_t)16 << 20) - STACK_GUARD_BYTES);
}

static void overflow_main(void) {
    rdl_yield();
    recurse(0);
}

Test(overflow, GR_29_TX_08_of_main) {
    struct rlimit limit;
    struct child c;
    signal(SIGSEGV, SIG_DFL);
    getrlimit(RLIMIT_STACK, &limit);
    run_child(overflow_main, &c);
    cr_assert(exited_with(&c, 2), "status %x: %s", (unsigned)c.status, c.text);
    cr_assert(begins_with(c.text, "runtime: goroutine stack exceeds "), "%s", c.text);
    cr_assert_not_null(strstr(c.text, "-byte limit\nfatal error: stack overflow\n\ngoroutine 1 ["));
}

static void recurse_in_try(void *unused) {
    rdl_try(recurse_task, unused, NULL);
    _exit(0);
}

static void overflow_in_try(void) {
    rdl_go(recurse_in_try, NULL);
    rdl_recv(NULL, NULL);
}

Test(overflow, GR_29_PD_05_is_not_recoverable) {
    expect_overflow(overflow_in_try, ((size_t)256 << 10) - STACK_GUARD_BYTES);
}

/* A stack for which the kernel had no guard: a word at its end is looked at when the task leaves. */
static void run_over_canary(void *unused) {
    struct task *self = rdl__task_self();
    (void)unused;
    if (self->stack.guarded) {
        self->stack.guarded = false; /* as if, with the canary overwritten */
        *(uintptr_t *)(self->stack.lo + STACK_GUARD_BYTES) = 0;
    }
    rdl_recv(NULL, NULL);
    stack_bytes++; /* not a tail call */
}

static void canary(void) {
    rdl_go(run_over_canary, NULL);
    rdl_recv(NULL, NULL);
}

Test(overflow, GR_29_TX_08_without_a_guard_when_the_task_next_waits) {
    struct child c;
    char start[160];
    run_child(canary, &c);
    snprintf(start, sizeof(start), OVERFLOW_LINES "goroutine ",
             ((size_t)256 << 10) - STACK_GUARD_BYTES);
    cr_assert(exited_with(&c, 2), "status %x: %s", (unsigned)c.status, c.text);
    cr_assert(begins_with(c.text, start), "%s", c.text);
    cr_assert_not_null(strstr(c.text, "run_over_canary"), "%s", c.text);
}

#ifndef __clang__
/* A frame larger than the guard, touched from its far end, by a program built to probe its stack. */
__attribute__((noinline, optimize("stack-clash-protection"))) static int big_frame(int n) {
    volatile char frame[(size_t)1 << 20];
    frame[n] = 1;
    return frame[n / 2];
}

static void enter_big_frame(void *unused) {
    (void)unused;
    exit(big_frame(5) + 100);
}

static void overflow_big_frame(void) {
    rdl_go(enter_big_frame, NULL);
    rdl_recv(NULL, NULL);
}
#endif

Test(overflow, GR_29_TX_08_a_frame_larger_than_the_guard) {
#ifdef __clang__
    cr_skip_test("clang takes -fstack-clash-protection for whole files only");
#else
    struct child c;
    signal(SIGSEGV, SIG_DFL);
    run_child(overflow_big_frame, &c);
    cr_assert(exited_with(&c, 2), "status %x: %s", (unsigned)c.status, c.text);
    cr_assert(begins_with(c.text, "runtime: goroutine stack exceeds 245760-byte limit\n"), "%s",
              c.text);
#endif
}

/* -- deep recursion with room for it -- */

static int depth_reached;

__attribute__((noinline)) static int go_down(int n) {
    volatile int kept = n;
    return n == 0 ? 0 : 1 + go_down(n - 1) + kept - kept;
}

static void hundred_thousand(void *done) {
    depth_reached = go_down(100000);
    rdl_close(done);
}

Test(overflow, GR_29_deep_recursion_on_a_chosen_stack) {
    rdl_chan *done = RDL_CHAN(int, 0);
    rdl_go_with(&(rdl_go_options){.stack_bytes = (size_t)16 << 20}, hundred_thousand, done);
    rdl_recv(done, NULL);
    cr_assert_eq(depth_reached, 100000);
}

/* -- a thread of the program's own: its stack is not ours, but the dump is made -- */

static void *recurse_thread(void *unused) {
    rdl_yield();
    recurse(0);
    return unused;
}

static void overflow_a_thread(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, recurse_thread, NULL);
    pthread_join(thread, NULL);
}

Test(overflow, GR_32_EX_01_a_thread_of_the_users_is_dumped) {
    struct child c;
    signal(SIGSEGV, SIG_DFL);
    run_child(overflow_a_thread, &c);
    cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGSEGV);
    cr_assert(begins_with(c.text, "fatal error: unexpected signal\n[signal SIGSEGV"), "%s", c.text);
    cr_assert_not_null(strstr(c.text, " [running]:\nrecurse"), "%s", c.text);
}

/* No goroutine was ever started. */
static void overflow_main_alone(void) {
    rdl_yield();
    recurse(0);
}

Test(overflow, TR_02_TX_08_of_main_alone_shows_the_callers) {
    struct child c;
    signal(SIGSEGV, SIG_DFL);
    run_child(overflow_main_alone, &c);
    cr_assert(exited_with(&c, 2), "status %x: %s", (unsigned)c.status, c.text);
    cr_assert_not_null(strstr(c.text, " frames elided...\n"), "%s", c.text);
}
