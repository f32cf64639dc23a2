/* How a process ends: statuses, crash output, exit beside panics. SEMANTICS 2, GR-05 to GR-11. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <printf.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "runtime/options.h"
#include "test_runtime.h"

static rdl_panic_info caught;

/* A forked child cannot be given another environment: the constructor has read it. */
static void set_traceback(enum traceback level) {
    ((struct rdl__options *)rdl__options_get())->traceback = level;
}

static void wait_for_ever(void *ch) {
    rdl_recv(ch, NULL);
}

static void expect(void (*fn)(void), int status, const char *start) {
    struct child c;
    run_child(fn, &c);
    cr_assert(exited_with(&c, status), "status %x: %s", (unsigned)c.status, c.text);
    cr_assert(begins_with(c.text, start), "%s", c.text);
}

static void expect_exactly(void (*fn)(void), int status, const char *text) {
    struct child c;
    run_child(fn, &c);
    cr_assert(exited_with(&c, status), "status %x: %s", (unsigned)c.status, c.text);
    cr_assert_str_eq(c.text, text);
}

/* -- statuses -- */

static void say_and_never(void *unused) {
    (void)unused;
    dprintf(2, "deferred\n");
}

static void exit_in_task(void *unused) {
    RDL_DEFER(say_and_never, NULL);
    (void)unused;
    exit(3);
}

static void exit_from_task(void) {
    RDL_DEFER(say_and_never, NULL);
    rdl_go(exit_in_task, NULL);
    rdl_recv(NULL, NULL);
}

Test(crash, GR_08_EX_01_PD_01_exit_from_any_task_runs_no_deferred_call) {
    expect_exactly(exit_from_task, 3, "");
}

static void defer_and_spin(void *counter) {
    RDL_DEFER(say_and_never, NULL);
    for (;;) {
        atomic_fetch_add((_Atomic long *)counter, 1);
        rdl_yield();
    }
}

static _Atomic long turns;

static void watch_turns(void) {
    long before = turns;
    for (int i = 0; i < 100; i++) {
        usleep(100);
    }
    if (turns > before + 16) { /* one round may be under way on each thread */
        dprintf(2, "ran on: %ld\n", turns - before);
    }
}

static void return_from_main(void) {
    atexit(watch_turns); /* before the runtime's own: runs after it */
    for (int i = 0; i < 8; i++) {
        rdl_go(defer_and_spin, (void *)&turns);
    }
    rdl_sleep(RDL_MILLISECOND);
    exit(4);
}

Test(crash, GR_06_main_ends_the_process_and_nobody_runs_beside_its_handlers) {
    expect_exactly(return_from_main, 4, "");
}

static void raise_hup(void) {
    rdl_yield();
    raise(SIGHUP);
}

Test(crash, EX_01_hangup_kills) {
    struct child c;
    signal(SIGHUP, SIG_DFL);
    run_child(raise_hup, &c);
    cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGHUP);
    cr_assert_str_empty(c.text);
}

static int signal_to_raise;

static void raise_it(void) {
    rdl_yield();
    raise(signal_to_raise);
}

Test(crash, EX_01_fatal_signals_dump_and_take_their_default_action) {
    static const struct {
        int number;
        const char *text;
    } rows[] = {{SIGILL, "[signal SIGILL: illegal instruction"},
                {SIGTRAP, "[signal SIGTRAP: trace trap"},
                {SIGABRT, "[signal SIGABRT: abort"},
                {SIGSYS, "[signal SIGSYS: bad system call"},
                {SIGBUS, "[signal SIGBUS: bus error"},
                {SIGFPE, "[signal SIGFPE: floating-point exception"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct child c;
        signal(rows[i].number, SIG_DFL);
        signal_to_raise = rows[i].number;
        run_child(raise_it, &c);
        cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == rows[i].number, "%s", c.text);
        cr_assert(begins_with(c.text, "fatal error: unexpected signal\n[signal "), "%s", c.text);
        cr_assert_not_null(strstr(c.text, rows[i].text));
        cr_assert_not_null(strstr(c.text, "]\n\ngoroutine 1 [running]:\n"));
    }
}

static volatile int zero;

static void divide(void) {
    rdl_yield();
    zero = 10 / zero;
}

static void dereference(void) {
    rdl_yield();
    *(volatile int *)(uintptr_t)zero = 1;
}

Test(crash, PD_09_EX_01_a_fault_is_fatal_with_its_signal_line) {
    struct child c;
    signal(SIGFPE, SIG_DFL);
    run_child(divide, &c);
    cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGFPE);
    cr_assert_not_null(strstr(c.text, "[signal SIGFPE: floating-point exception code=0x1 addr="));
    signal(SIGSEGV, SIG_DFL);
    run_child(dereference, &c);
    cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGSEGV);
    cr_assert(begins_with(c.text, "fatal error: unexpected signal\n[signal SIGSEGV: segmentation "
                                  "violation code=0x1 addr=0x0 pc=0x"));
}

static void fatal_in_try(void *unused) {
    (void)unused;
    RDL_DEFER(say_and_never, NULL);
    rdl_go(NULL, NULL);
}

static void try_to_recover_fatal(void) {
    RDL_DEFER(say_and_never, NULL);
    rdl_try(fatal_in_try, NULL, &caught);
    _exit(0);
}

Test(crash, PD_05_EX_04_a_fatal_error_is_not_recoverable_and_runs_nothing) {
    struct child c;
    run_child(try_to_recover_fatal, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "fatal error: go of nil func value\n\ngoroutine 1 [running]:\n"));
    cr_assert_null(strstr(c.text, "deferred\n"));
}

static void panic_now(void *text) {
    rdl_panic("%s", (const char *)text);
}

static void panic_in_task(void) {
    rdl_go(panic_now, "in a task");
    rdl_recv(NULL, NULL);
}

Test(crash, PD_02_EX_01_whoever_panics_ends_the_process) {
    struct child c;
    run_child(panic_in_task, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "panic: in a task\n\ngoroutine "));
    cr_assert_not_null(strstr(c.text, "panic_now"));
}

static void print_then_panic(void) {
    dup2(STDERR_FILENO, STDOUT_FILENO);
    printf("before ");
    rdl_panic("after");
}

Test(crash, EX_02_what_was_printed_comes_first) {
    expect(print_then_panic, 2, "before panic: after\n\ngoroutine 1");
}

/* -- levels -- */

static void level_none(void) {
    set_traceback(TRACEBACK_NONE);
    rdl_panic("only this");
}

static void level_none_fatal(void) {
    set_traceback(TRACEBACK_NONE);
    rdl_go(NULL, NULL);
}

static void level_single(void) {
    set_traceback(TRACEBACK_SINGLE);
    rdl_go(wait_for_ever, NULL);
    let_others_park();
    rdl_panic("one");
}

static void level_all(void) {
    rdl_go(wait_for_ever, NULL);
    let_others_park();
    rdl_panic("all");
}

static void level_system(void) {
    set_traceback(TRACEBACK_SYSTEM);
    level_all();
}

static void level_crash(void) {
    set_traceback(TRACEBACK_CRASH);
    level_all();
}

static unsigned count_blocks(const char *text) {
    unsigned n = 0;
    while ((text = strstr(text, "\ngoroutine ")) != NULL) {
        text++;
        n++;
    }
    return n;
}

Test(crash, TR_03_levels_of_RADDLE_TRACEBACK) {
    struct child c;
    expect_exactly(level_none, 2, "panic: only this\n");
    expect_exactly(level_none_fatal, 2, "fatal error: go of nil func value\n");
    run_child(level_single, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert_eq(count_blocks(c.text), 1);
    run_child(level_all, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert_eq(count_blocks(c.text), 2);
    cr_assert_null(strstr(c.text, "rdl__sched_park"), "%s", c.text);
    run_child(level_system, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert_not_null(strstr(c.text, "rdl__sched_park"), "%s", c.text);
}

Test(crash, TR_03_EX_01_level_crash_aborts_after_the_dump) {
    struct child c;
    run_child(level_crash, &c);
    cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGABRT);
    cr_assert(begins_with(c.text, "panic: all\n\ngoroutine 1 [running]:\n"));
    cr_assert_null(strstr(c.text, "SIGABRT"));
}

/* -- panic headers -- */

static void panic_second(void *unused) {
    (void)unused;
    rdl_panic("second\nline");
}

static void panic_third(void *unused) {
    (void)unused;
    rdl_panic("third");
}

static void three_panics(void) {
    RDL_DEFER(panic_third, NULL);
    RDL_DEFER(panic_second, NULL);
    rdl_panic("first");
}

static void pass_on(void *text) {
    rdl_panic_info info;
    if (!rdl_try(panic_now, text, &info)) {
        rdl_panic("%s", info.message);
    }
}

static void recover_and_repanic(void) {
    pass_on("X");
}

static void recover_and_wrap(void) {
    rdl_panic_info info;
    if (!rdl_try(panic_now, "inner", &info)) {
        rdl_panic("outer: %s", info.message);
    }
}

static void recover_in_deferred(void *unused) {
    (void)unused;
    recover_and_wrap();
}

static void wrap_in_deferred(void) {
    RDL_DEFER(recover_in_deferred, NULL);
    rdl_panic("first");
}

__attribute__((noinline)) static void recover_and_forget(void *unused) {
    rdl_panic_info info;
    (void)unused;
    rdl_try(panic_now, "forgotten", &info);
}

static void recover_elsewhere(void) {
    recover_and_forget(NULL);
    rdl_panic("alone");
}

Test(crash, EX_03_PD_04_headers_of_nested_and_recovered_panics) {
    expect(three_panics, 2,
           "panic: first\n\tpanic: second\n\tline\n\tpanic: third\n\ngoroutine 1 [");
    expect(recover_and_repanic, 2, "panic: X [recovered, repanicked]\n\ngoroutine 1 [running]:\n");
    expect(recover_and_wrap, 2, "panic: inner [recovered]\n\tpanic: outer: inner\n\ngoroutine 1 [");
    expect(wrap_in_deferred, 2,
           "panic: first\n\tpanic: inner [recovered]\n\tpanic: outer: inner\n\ngoroutine 1 [");
    expect(recover_elsewhere, 2, "panic: alone\n\ngoroutine 1 [running]:\n");
}

static void long_message(void) {
    char text[600];
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    rdl_panic("%s", text);
}

Test(crash, EX_03_a_long_message_is_cut) {
    struct child c;
    run_child(long_message, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert_eq(strcspn(c.text, "\n"), strlen("panic: ") + sizeof(caught.message) - 1);
}

static void panic_of_nothing(void) {
    const char *volatile nothing = NULL;
    rdl_panic(nothing, 0);
}

Test(crash, TX_28_EX_03_panic_of_nothing) {
    expect(panic_of_nothing, 2,
           "panic: panic called with nil argument (use GODEBUG=panicnil=1 to disable)\n\n");
}

/* -- rendering -- */

static int no_arguments(const struct printf_info *info, size_t n, int *types, int *sizes) {
    (void)info, (void)n, (void)types, (void)sizes;
    return 0;
}

static rdl_mutex mu;

static int print_with_lock(FILE *to, const struct printf_info *info, const void *const *args) {
    (void)info, (void)args;
    rdl_mutex_lock(&mu);
    rdl_yield();
    rdl_mutex_unlock(&mu);
    return fputs("rendered", to) < 0 ? -1 : 8;
}

static int print_and_panic(FILE *to, const struct printf_info *info, const void *const *args) {
    (void)to, (void)info, (void)args;
    rdl_panic("of the printer");
}

static void render_with_lock(void) {
    static const char *volatile format = "%Y";
    register_printf_specifier('Y', print_with_lock, no_arguments);
    rdl_panic(format, 0);
}

static void render_and_panic(void) {
    static const char *volatile format = "%Y";
    register_printf_specifier('Y', print_and_panic, no_arguments);
    rdl_panic(format, 0);
}

Test(crash, PD_06_the_message_is_rendered_while_others_run) {
    expect(render_with_lock, 2, "panic: rendered\n\ngoroutine 1 [running]:\n");
    expect(render_and_panic, 2,
           "fatal error: panic while printing panic value: of the printer\n\ngoroutine 1 [");
}

/* -- several at a time -- */

static rdl_chan *gate;

static void panic_together(void *text) {
    rdl_recv(gate, NULL);
    rdl_panic("%s", (const char *)text);
}

static void many_panics(void) {
    static const char *const texts[] = {"pan-a", "pan-b", "pan-c", "pan-d"};
    rdl_maxprocs(4);
    gate = rdl_chan_make(0, 0);
    for (int i = 0; i < 4; i++) {
        rdl_go(panic_together, (void *)texts[i]);
    }
    let_others_park();
    rdl_close(gate);
    rdl_recv(NULL, NULL);
}

/* Each header is followed by its own empty line and block: nothing stands between. */
Test(crash, EX_02_concurrent_crashes_do_not_mix) {
    for (int i = 0; i < 40; i++) {
        struct child c;
        run_child(many_panics, &c);
        cr_assert(exited_with(&c, 2), "status %x: %s", (unsigned)c.status, c.text);
        for (const char *at = c.text; (at = strstr(at, "panic: ")) != NULL; at++) {
            char rest[64];
            snprintf(rest, sizeof(rest), "panic: pan-%c\n\ngoroutine ", at[11]);
            cr_assert(begins_with(at, rest), "%s", c.text);
        }
    }
}

static void *fault(void *unused) {
    (void)unused;
    rdl_yield();
    *(volatile int *)(uintptr_t)zero = 1;
    return NULL;
}

static void many_faults(void) {
    pthread_t threads[4];
    rdl_yield();
    for (int i = 0; i < 4; i++) {
        pthread_create(&threads[i], NULL, fault, NULL);
    }
    pthread_join(threads[0], NULL);
}

Test(crash, EX_02_a_second_fault_does_not_cut_the_first_short) {
    for (int i = 0; i < 20; i++) {
        struct child c;
        signal(SIGSEGV, SIG_DFL);
        run_child(many_faults, &c);
        cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGSEGV, "%s", c.text);
        const char *header = "fatal error: unexpected signal\n[signal SIGSEGV";
        cr_assert(begins_with(c.text, header));
        cr_assert_not_null(strstr(c.text, "goroutine 1 ["), "%s", c.text);
    }
}

/* -- a crash inside crash printing -- */

struct blocked {
    pid_t pid;
    int from; /* its standard error, a full pipe until it is read */
};

/* A child that panics and cannot finish saying so. */
static void start_blocked(struct blocked *b) {
    int ends[2];
    char fill[4096] = {0};
    cr_assert_eq(pipe(ends), 0);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    while (write(ends[1], fill, sizeof(fill)) > 0) {
    }
    fcntl(ends[1], F_SETFL, 0);
    signal(SIGSEGV, SIG_DFL);
    b->from = ends[0];
    b->pid = fork();
    if (b->pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        default_signals();
        alarm(CHILD_SECONDS);
        rdl_panic("first");
    }
    close(ends[1]);
}

/* Until the thread waits in write(2) on standard error, with another stack pointer than *sp, which
 * it replaces: deeper than the last time. */
static void wait_blocked(const struct blocked *b, unsigned long *sp) {
    char path[64];
    unsigned long now = *sp;
    snprintf(path, sizeof(path), "/proc/%d/syscall", b->pid);
    while (now == *sp) {
        FILE *file = fopen(path, "r");
        unsigned long found;
        if (file != NULL && fscanf(file, "1 0x2 %*s %*s %*s %*s %*s %lx", &found) == 1) {
            now = found;
        }
        if (file != NULL) {
            fclose(file);
        }
        sched_yield();
    }
    *sp = now;
}

static void read_rest(const struct blocked *b, struct child *c) {
    static char bytes[1 << 20];
    size_t n = 0;
    ssize_t got;
    while ((got = read(b->from, bytes + n, sizeof(bytes) - 1 - n)) > 0) {
        n += (size_t)got;
    }
    close(b->from);
    size_t start = 0;
    while (start < n && bytes[start] == 0) {
        start++;
    }
    memcpy(c->text, bytes + start, n - start);
    c->text[n - start] = 0;
    waitpid(b->pid, &c->status, 0);
}

Test(crash, EX_01_a_crash_inside_crash_printing) {
    struct blocked b;
    struct child c;
    unsigned long sp = 0;
    start_blocked(&b);
    wait_blocked(&b, &sp);
    syscall(SYS_tgkill, b.pid, b.pid, SIGSEGV);
    wait_blocked(&b, &sp);
    read_rest(&b, &c);
    cr_assert(exited_with(&c, 4), "status %x: %s", (unsigned)c.status, c.text);
    cr_assert_not_null(strstr(c.text, "panic during panic\n"), "%s", c.text);
}

Test(crash, EX_01_and_a_crash_inside_that) {
    struct blocked b;
    struct child c;
    unsigned long sp = 0;
    start_blocked(&b);
    wait_blocked(&b, &sp);
    syscall(SYS_tgkill, b.pid, b.pid, SIGSEGV);
    wait_blocked(&b, &sp);
    syscall(SYS_tgkill, b.pid, b.pid, SIGSEGV);
    read_rest(&b, &c);
    cr_assert(exited_with(&c, 5), "status %x: %s", (unsigned)c.status, c.text);
}

/* -- main returns beside a panic -- */

static void take_time(void *unused) {
    (void)unused;
    for (int i = 0; i < 20; i++) {
        rdl_yield();
    }
    rdl_sleep(5 * RDL_MILLISECOND);
}

static void panic_slowly(void *ch) {
    RDL_DEFER(take_time, NULL);
    RDL_DEFER_CLOSE(ch);
    rdl_panic("wins");
}

static void return_beside_panic(void) {
    rdl_chan *ch = rdl_chan_make(0, 0);
    rdl_go(panic_slowly, ch);
    rdl_recv(ch, NULL);
    exit(0);
}

static void return_beside_panic_alone(void) {
    rdl_maxprocs(1);
    return_beside_panic();
}

Test(crash, GR_07_a_panic_under_way_wins_over_the_end_of_main) {
    struct child c;
    for (int i = 0; i < 20; i++) {
        run_child(i % 2 == 0 ? return_beside_panic : return_beside_panic_alone, &c);
        cr_assert(exited_with(&c, 2), "status %x: %s", (unsigned)c.status, c.text);
        cr_assert(begins_with(c.text, "panic: wins\n\ngoroutine "), "%s", c.text);
    }
}

static void leave(void *unused) {
    (void)unused;
    rdl_goexit();
}

static void panic_and_vanish(void *ch) {
    RDL_DEFER_CLOSE(ch);
    RDL_DEFER(leave, NULL);
    rdl_panic("vanishes");
}

static void return_after_vanished_panic(void) {
    rdl_chan *ch = rdl_chan_make(0, 0);
    rdl_go(panic_and_vanish, ch);
    rdl_recv(ch, NULL);
    rdl_time before = rdl_now();
    exit(rdl_now() - before > RDL_SECOND);
}

Test(crash, GR_07_GR_11_a_vanished_panic_holds_nobody_up) {
    expect_exactly(return_after_vanished_panic, 0, "");
}

/* -- limits -- */

static void grow_until_limit(void) {
    struct rlimit limit = {.rlim_cur = (rlim_t)1 << 30, .rlim_max = (rlim_t)1 << 30};
    rdl_yield();
    setrlimit(RLIMIT_AS, &limit);
    for (;;) {
        rdl_go_with(&(rdl_go_options){.stack_bytes = 16 << 20}, wait_for_ever, NULL);
    }
}

Test(crash, API_out_of_address_space_names_the_limit) {
    struct child c;
    run_child(grow_until_limit, &c);
    cr_assert(exited_with(&c, 2), "status %x: %s", (unsigned)c.status, c.text);
    cr_assert_not_null(strstr(c.text, "runtime: the address space is limited to 1073741824 bytes; "
                                      "raise it with `ulimit -v` (RLIMIT_AS)\nfatal error: rdl: no "
                                      "address space for a goroutine's stack\n\ngoroutine 1 ["));
}

static void no_thread(void) {
    struct rlimit limit = {.rlim_cur = (rlim_t)24 << 20, .rlim_max = (rlim_t)24 << 20};
    setrlimit(RLIMIT_AS, &limit);
    rdl_go(wait_for_ever, NULL);
    let_others_park();
}

Test(crash, API_no_memory_at_the_start_is_said) {
    struct child c;
    run_child(no_thread, &c);
    cr_assert(WIFEXITED(c.status) && WEXITSTATUS(c.status) != 0, "status %x", (unsigned)c.status);
    cr_assert(strstr(c.text, "ulimit -v") != NULL || strstr(c.text, "cannot start: ") != NULL, "%s",
              c.text);
}

static void too_big(void) {
    struct rlimit limit = {.rlim_cur = (rlim_t)1 << 29, .rlim_max = (rlim_t)1 << 29};
    setrlimit(RLIMIT_AS, &limit);
    rdl_chan_make(1, (size_t)1 << 30);
}

Test(crash, API_out_of_memory_is_said) {
    struct child c;
    run_child(too_big, &c);
    cr_assert(exited_with(&c, 2), "status %x: %s", (unsigned)c.status, c.text);
    cr_assert(begins_with(c.text, "runtime: "), "%s", c.text);
    cr_assert_not_null(
        strstr(c.text, "\nfatal error: rdl: out of memory\n\ngoroutine 1 [running]"));
}
