/* RADDLE_OPTIONS, RADDLE_MAXPROCS and RADDLE_TRACEBACK: read before main, wrong ones are one line and
 * 125; and what the traceback levels print.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "test_runtime.h"

/* -- this program again, which ends in a constructor or lists its tests -- */

#define INNER "TEST_RUNTIME_OPTIONS_INNER" /* set: this is the program again; never once more */

static const char *variable, *value;

static void run_myself(void) {
    char *arguments[] = {"myself", "--list", NULL};
    clearenv(); /* the sandbox of Criterion speaks to its children through it */
    setenv(variable, value, 1);
    setenv(INNER, "1", 1);
    dup2(STDERR_FILENO, STDOUT_FILENO);
    execv("/proc/self/exe", arguments);
    _exit(98);
}

static void expect_start(const char *name, const char *text, int status, const char *says) {
    struct child c;
    variable = name;
    value = text;
    cr_assert_null(getenv(INNER), "the program ran its tests instead of listing them");
    run_child(run_myself, &c);
    cr_assert(exited_with(&c, status), "%s=%s: status %x", name, text, (unsigned)c.status);
    if (says != NULL) {
        cr_assert_str_eq(c.text, says);
    }
}

Test(options, good_ones_start) {
    expect_start("RADDLE_OPTIONS", "", 0, NULL);
    expect_start("RADDLE_OPTIONS", "maxprocs=3:seed=7 stack_size=512K", 0, NULL);
    expect_start("RADDLE_OPTIONS", "log_path=\"/tmp/a b:c\":exitcode=0::halt_on_error=1", 0, NULL);
    expect_start("RADDLE_OPTIONS", "traceback=none leaks=strict", 0, NULL);
    expect_start("RADDLE_MAXPROCS", "4", 0, NULL);
    expect_start("RADDLE_TRACEBACK", "system", 0, NULL);
}

Test(options, wrong_ones_are_one_line_and_125) {
    expect_start("RADDLE_OPTIONS", "colour=red", 125,
                 "raddle: RADDLE_OPTIONS: unknown key: colour\n");
    expect_start("RADDLE_OPTIONS", "seed=1:maxprocs=many", 125,
                 "raddle: RADDLE_OPTIONS: bad value: maxprocs=many\n");
    expect_start("RADDLE_OPTIONS", "maxprocs=5000", 125,
                 "raddle: RADDLE_OPTIONS: bad value: maxprocs=5000\n");
    expect_start("RADDLE_OPTIONS", "stack_size=1T", 125,
                 "raddle: RADDLE_OPTIONS: bad value: stack_size=1T\n");
    expect_start("RADDLE_OPTIONS", "seed", 125,
                 "raddle: RADDLE_OPTIONS: not of the form key=value: seed\n");
    expect_start("RADDLE_OPTIONS", "log_path=\"x", 125,
                 "raddle: RADDLE_OPTIONS: a double quote is not closed: log_path=x\n");
    expect_start("RADDLE_OPTIONS", "traceback=most", 125,
                 "raddle: RADDLE_OPTIONS: bad value: traceback=most\n");
    expect_start("RADDLE_MAXPROCS", "0", 125,
                 "raddle: RADDLE_MAXPROCS: not a number from 1 to 4096: 0\n");
    expect_start("RADDLE_TRACEBACK", "loud", 125,
                 "raddle: RADDLE_TRACEBACK: not none, single, all, system or crash: loud\n");
}

/* -- dumps of a living process -- */

static void wait_here(void *ch) {
    rdl_task_name("sleeper");
    rdl_recv(ch, NULL);
}

static void dump_and_go_on(void) {
    rdl_chan *ch = rdl_chan_make(0, 0);
    rdl_go(wait_here, ch);
    let_others_park();
    rdl_dump(STDERR_FILENO);
    rdl_close(ch);
    while (rdl_num_tasks() != 1) {
        rdl_yield();
    }
    dprintf(STDERR_FILENO, "alive\n");
}

Test(dump, TR_05_on_request_and_the_program_goes_on) {
    for (int i = 0; i < 20; i++) {
        struct child c;
        run_child(dump_and_go_on, &c);
        cr_assert(exited_with(&c, 0));
        cr_assert(begins_with(c.text, "goroutine 1 [running]:\n"));
        cr_assert_not_null(strstr(c.text, " [chan receive, \"sleeper\"]:\n"), "%s", c.text);
        cr_assert_not_null(strstr(c.text, "alive\n"));
    }
}

static int recurse_and_wait(int n);
static int (*volatile again)(int) = recurse_and_wait; /* no loop is to be made of it */

static int recurse_and_wait(int n) {
    if (n == 0) {
        rdl_recv(NULL, NULL);
        return 0;
    }
    return again(n - 1) + n;
}

static void wait_deep(void *unused) {
    (void)unused;
    recurse_and_wait(300);
}

static void deep_deadlock(void) {
    rdl_go(wait_deep, NULL);
    rdl_recv(NULL, NULL);
}

Test(dump, TR_02_deep_stacks_are_shortened) {
    struct child c;
    run_child(deep_deadlock, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert_not_null(strstr(c.text, " frames elided...\n"));
}

/* -- two crashes at once -- */

static void panic_now(void *unused) {
    (void)unused;
    rdl_panic("one of many");
}

static void many_panics(void) {
    for (int i = 0; i < 8; i++) {
        rdl_go(panic_now, NULL);
    }
    rdl_sleep(RDL_SECOND);
}

Test(dump, EX_02_crashes_do_not_mix) {
    for (int i = 0; i < 20; i++) {
        struct child c;
        run_child(many_panics, &c);
        cr_assert(exited_with(&c, 2));
        for (const char *at = strstr(c.text, "panic:"); at != NULL; at = strstr(at + 1, "panic:")) {
            cr_assert(begins_with(at, "panic: one of many\n\ngoroutine "), "%s", c.text);
        }
    }
}

static void return_beside_a_crash(void) {
    rdl_go(panic_now, NULL);
    rdl_yield();
    exit(0);
}

Test(dump, GR_07_a_crash_that_has_begun_wins) {
    for (int i = 0; i < 50; i++) {
        struct child c;
        run_child(return_beside_a_crash, &c);
        cr_assert(exited_with(&c, strstr(c.text, "panic:") != NULL ? 2 : 0), "%x %s",
                  (unsigned)c.status, c.text);
    }
}
