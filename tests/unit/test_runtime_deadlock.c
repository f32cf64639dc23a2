/* What keeps the deadlock report away, and what does not, each row both ways. SEMANTICS 3, DL-01 to
 * DL-05. A child that must not report ends with status 7, by what it waited for. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "deadlock.h"

#define SHORT (30 * RDL_MILLISECOND)
#define ALIVE 7

static void expect_alive(void (*fn)(void)) {
    struct child c;
    run_child(fn, &c);
    cr_assert(exited_with(&c, ALIVE), "status %x: %s", (unsigned)c.status, c.text);
    cr_assert_str_empty(c.text);
}

static void end_alive(void *unused) {
    (void)unused;
    _exit(ALIVE);
}

/* -- running and sleeping tasks -- */

static void spin_then_end(void *unused) {
    (void)unused;
    rdl_time until = rdl_now() + SHORT;
    while (rdl_now() < until) {
        rdl_yield();
    }
    _exit(ALIVE);
}

static void beside_spinner(void) {
    rdl_go(spin_then_end, NULL);
    lonely_receive();
}

static void spin_without_calls(void *unused) {
    (void)unused;
    rdl_time until = rdl_now() + SHORT;
    struct timespec now;
    do {
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while (now.tv_sec * RDL_SECOND + now.tv_nsec < until);
    _exit(ALIVE);
}

static void beside_computation(void) {
    rdl_go(spin_without_calls, NULL);
    lonely_receive();
}

static void sleep_then_end(void *unused) {
    rdl_sleep(SHORT);
    end_alive(unused);
}

static void beside_sleeper(void) {
    rdl_go(sleep_then_end, NULL);
    lonely_receive();
}

static void sleep_only(void *unused) {
    (void)unused;
    rdl_sleep(SHORT);
}

static void after_sleeper(void) {
    rdl_go(sleep_only, NULL);
    lonely_receive();
}

Test(deadlock, DL_03_running_and_sleeping_tasks_suppress_while_they_last) {
    expect_alive(beside_spinner);
    expect_alive(beside_computation);
    expect_alive(beside_sleeper);
    expect_deadlock(after_sleeper, "chan receive");
}

/* -- timers -- */

static void nothing(void *unused) {
    (void)unused;
}

static void beside_function_timer(void) {
    rdl_after_func(SHORT, end_alive, NULL);
    lonely_receive();
}

static void after_function_timer(void) {
    rdl_after_func(SHORT, nothing, NULL);
    lonely_receive();
}

static void beside_deadline(void) {
    rdl_ctx *ctx = rdl_ctx_with_timeout(rdl_ctx_background(), SHORT);
    rdl_recv(rdl_ctx_done(ctx), NULL);
    _exit(ALIVE);
}

static void after_deadline(void) {
    rdl_ctx_with_timeout(rdl_ctx_background(), SHORT);
    lonely_receive();
}

static void beside_stopped_timers(void) {
    rdl_timer *t = rdl_after_func(RDL_HOUR, end_alive, NULL);
    rdl_timer *u = rdl_timer_new(RDL_HOUR);
    rdl_timer_stop(t);
    rdl_timer_stop(u);
    lonely_receive();
}

static void beside_awaited_timer(void) {
    rdl_recv(rdl_timer_chan(rdl_timer_new(SHORT)), NULL);
    rdl_recv(rdl_ticker_chan(rdl_ticker_new(SHORT)), NULL);
    _exit(ALIVE);
}

static void beside_unawaited_ticker(void) {
    rdl_ticker_new(RDL_MILLISECOND);
    rdl_timer_new(RDL_HOUR);
    rdl_after(RDL_HOUR);
    lonely_receive();
}

Test(deadlock, DL_03_timers_count_only_while_they_will_wake_somebody) {
    expect_alive(beside_function_timer);
    expect_deadlock(after_function_timer, "chan receive");
    expect_alive(beside_deadline);
    expect_deadlock(after_deadline, "chan receive");
    expect_deadlock(beside_stopped_timers, "chan receive");
    expect_alive(beside_awaited_timer);
    expect_deadlock(beside_unawaited_ticker, "chan receive");
}

/* -- descriptors -- */

static int ends[2];

static void read_for_ever(void *unused) {
    char byte;
    (void)unused;
    rdl_read(ends[0], &byte, 1, 0);
}

static void stop_waiting(void) {
    signal(SIGALRM, SIG_DFL);
    alarm(1); /* the end of a child that rightly waits for ever */
}

static void beside_reader(void) {
    if (pipe(ends) == 0) {
        rdl_go(read_for_ever, NULL);
        stop_waiting();
        lonely_receive();
    }
}

static void beside_reader_until(void) {
    char byte;
    if (pipe(ends) == 0) {
        rdl_read(ends[0], &byte, 1, rdl_now() + SHORT);
        lonely_receive();
    }
}

static void beside_listener(void) {
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_storage any = {.ss_family = AF_UNIX};
    if (bind(fd, (struct sockaddr *)&any, sizeof(sa_family_t)) == 0 && listen(fd, 5) == 0) {
        rdl_accept(fd, NULL, NULL, rdl_now() + SHORT); /* the poller knows it now */
        lonely_receive();
    }
}

Test(deadlock, DL_03_a_task_that_waits_for_a_descriptor_suppresses_it) {
    struct child c;
    run_child(beside_reader, &c);
    cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGALRM, "%s", c.text);
    cr_assert_str_empty(c.text);
    expect_deadlock(beside_reader_until, "chan receive");
    expect_deadlock(beside_listener, "chan receive");
}

/* -- blocked threads, locked tasks -- */

static void block_then_end(void *unused) {
    usleep(30000);
    end_alive(unused);
}

static void block(void *unused) {
    (void)unused;
    usleep(30000);
}

static void beside_blocking(void) {
    rdl_go(block_then_end, NULL); /* a plain system call */
    lonely_receive();
}

static void call_blocking(void *fn) {
    rdl_blocking((void (*)(void *))fn, NULL);
}

static void beside_declared_blocking(void) {
    rdl_go(call_blocking, (void *)block_then_end);
    lonely_receive();
}

static void after_blocking(void) {
    rdl_go(call_blocking, (void *)block);
    rdl_go(block, NULL);
    lonely_receive();
}

static void wait_locked(void *ch) {
    rdl_lock_thread();
    rdl_recv(ch, NULL);
}

static void beside_locked(void) {
    rdl_go(wait_locked, RDL_CHAN(int, 0));
    rdl_lock_thread();
    lonely_receive();
}

Test(deadlock, DL_03_blocked_threads_suppress_it_locked_tasks_do_not) {
    expect_alive(beside_blocking);
    expect_alive(beside_declared_blocking);
    expect_deadlock(after_blocking, "chan receive");
    expect_deadlock(beside_locked, "chan receive, locked to thread");
}

/* -- signals -- */

static void beside_notification(void) {
    rdl_signal_notify(RDL_CHAN(int, 1), SIGUSR1);
    stop_waiting();
    lonely_receive();
}

static void after_notification(void) {
    rdl_chan *ch = RDL_CHAN(int, 1);
    rdl_signal_notify(ch, SIGUSR1);
    rdl_signal_stop(ch);
    lonely_receive();
}

Test(deadlock, DL_03_a_signal_registration_suppresses_it_while_it_lasts) {
    struct child c;
    run_child(beside_notification, &c);
    cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGALRM, "%s", c.text);
    cr_assert_str_empty(c.text);
    expect_deadlock(after_notification, "chan receive");
}

/* -- threads of the program -- */

/* Whether every other thread of the process sleeps: the workers are idle, so they have judged. */
static bool others_sleep(void) {
    DIR *tasks = opendir("/proc/self/task");
    struct dirent *entry;
    bool all = tasks != NULL;
    while (all && (entry = readdir(tasks)) != NULL) {
        char path[300];
        char state = 'S'; /* of a thread that is gone meanwhile, and of . and .. */
        snprintf(path, sizeof path, "/proc/self/task/%s/stat", entry->d_name);
        FILE *stat = atoi(entry->d_name) == gettid() ? NULL : fopen(path, "r");
        if (stat != NULL) {
            if (fscanf(stat, "%*d (%*[^)]) %c", &state) != 1) {
                state = 'S';
            }
            fclose(stat);
        }
        all = state == 'S';
    }
    if (tasks != NULL) {
        closedir(tasks);
    }
    return all;
}

/* Wakes main only when main has parked and everybody has gone to sleep over it. */
static void *send_later(void *ch) {
    while (!others_sleep()) {
        sched_yield();
    }
    RDL_SEND_VALUE(ch, 1);
    return NULL;
}

static void beside_thread(void) {
    pthread_t thread;
    rdl_chan *ch = RDL_CHAN(int, 0);
    pthread_create(&thread, NULL, send_later, ch);
    rdl_recv(ch, NULL);
    _exit(ALIVE);
}

static void *call_once(void *unused) {
    rdl_yield();
    return unused;
}

static void after_thread(void) {
    pthread_t thread;
    rdl_yield();
    pthread_create(&thread, NULL, call_once, NULL);
    pthread_join(thread, NULL);
    lonely_receive();
}

/* A dump holds the workers while the last of them goes to sleep: the judgement is made later. */
static void *dump_often(void *unused) {
    FILE *file = fopen("/dev/null", "w");
    for (int i = 0; i < 20; i++) {
        rdl_dump(fileno(file));
    }
    fclose(file);
    return unused;
}

static void beside_dumps(void) {
    pthread_t thread;
    rdl_yield();
    pthread_create(&thread, NULL, dump_often, NULL);
    lonely_receive();
}

Test(deadlock, DL_03_threads_suppress_it_while_they_live) {
    expect_alive(beside_thread);
    expect_deadlock(after_thread, "chan receive");
    for (int i = 0; i < 10; i++) {
        expect_deadlock(beside_dumps, "chan receive");
    }
}

/* -- where and when -- */

static void in_exit_handler(void) {
    rdl_go(wait_on, NULL);
    lonely_receive();
}

static void at_exit(void) {
    rdl_yield();
    atexit(in_exit_handler);
    exit(0);
}

Test(deadlock, DL_01_also_while_the_process_ends) {
    expect_deadlock(at_exit, "chan receive");
}

static void defer_note(void *unused) {
    (void)unused;
    dprintf(2, "deferred\n");
}

static void with_deferred(void) {
    RDL_DEFER(defer_note, NULL);
    lonely_receive();
}

Test(deadlock, DL_01_no_deferred_call_runs) {
    struct child c;
    run_child(with_deferred, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert_null(strstr(c.text, "deferred\n"));
}

static void wait_two(void *ch) {
    rdl_recv(ch, NULL);
    rdl_recv(ch, NULL);
}

/* Two blocked for ever, the rest goes on: silent. */
static void part_blocked(void) {
    rdl_go(wait_on, RDL_CHAN(int, 0));
    rdl_go(wait_two, RDL_CHAN(int, 0));
    for (int i = 0; i < 10; i++) {
        rdl_sleep(3 * RDL_MILLISECOND);
    }
    _exit(ALIVE);
}

static void main_blocked(void) {
    rdl_go(sleep_then_end, NULL);
    rdl_recv(NULL, NULL);
}

Test(deadlock, DL_04_a_part_that_is_blocked_for_ever_is_no_deadlock) {
    expect_alive(part_blocked);
    expect_alive(main_blocked);
}

static void leave_with_sleeper(void) {
    rdl_go(sleep_only, NULL);
    rdl_goexit();
}

Test(deadlock, DL_05_GR_10_main_has_left_and_the_last_task_ends) {
    struct child c;
    run_child(leave_with_sleeper, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert_str_eq(c.text,
                     "fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n");
}
