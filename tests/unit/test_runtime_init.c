/* Before main: SEMANTICS IN-01. Each test starts this program anew with RADDLE_TEST_INIT set; its
 * constructors then use the runtime, say what they found and never come to Criterion's main.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "test_runtime.h"

static uint64_t id_in_constructor;
static int received;
static rdl_chan *numbers;

static void send_numbers(void *unused) {
    (void)unused;
    for (int i = 1; i <= 3; i++) {
        rdl_send(numbers, &i);
    }
}

static void say_and_leave(void) {
    int rest = RDL_RECV_VALUE(numbers, int) + RDL_RECV_VALUE(numbers, int);
    fprintf(stderr, "constructor %d main %d same %d\n", received, rest,
            rdl_task_id() == id_in_constructor && id_in_constructor == 1);
    exit(0);
}

static void deadlock(void) {
    rdl_recv(NULL, NULL);
}

__attribute__((constructor(101))) static void use_the_runtime(void) {
    if (getenv("RADDLE_TEST_INIT") == NULL) {
        return;
    }
    if (strcmp(getenv("RADDLE_TEST_INIT"), "deadlock") == 0) {
        deadlock();
    }
    id_in_constructor = rdl_task_id();
    numbers = RDL_CHAN(int, 0);
    rdl_go(send_numbers, NULL);
    received = RDL_RECV_VALUE(numbers, int);
}

/* A later constructor: the same task, after the first one; what follows stands for main. */
__attribute__((constructor(102))) static void go_on(void) {
    if (getenv("RADDLE_TEST_INIT") != NULL) {
        say_and_leave();
    }
}

static void start_anew(void) {
    execl("/proc/self/exe", "init", (char *)NULL);
    _exit(98);
}

static void start_good(void) {
    setenv("RADDLE_TEST_INIT", "good", 1);
    start_anew();
}

static void start_deadlock(void) {
    setenv("RADDLE_TEST_INIT", "deadlock", 1);
    start_anew();
}

Test(init, IN_01_HB_GR_02_constructors_and_main_are_one_task) {
    static struct child c;
    run_child(start_good, &c);
    cr_assert(exited_with(&c, 0));
    cr_assert_str_eq(c.text, "constructor 1 main 5 same 1\n");
}

Test(init, IN_01_DL_01_a_deadlock_before_main_is_told) {
    static struct child c;
    run_child(start_deadlock, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "fatal error: all goroutines are asleep - deadlock!"));
    cr_assert_not_null(strstr(c.text, "goroutine 1 [chan receive (nil chan)]"));
}
