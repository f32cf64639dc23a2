/* Workers that get stuck, tasks that block or keep their thread: SEMANTICS GR-14, GR-22 to GR-30. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fenv.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <time.h>

#include "runtime/rt.h"
#include "test_runtime.h"

static atomic_int stop;

static void loop_without_calls(void *arg) {
    (void)arg;
    while (atomic_load_explicit(&stop, memory_order_relaxed) == 0) {
    }
}

static void send_one(void *ch) {
    RDL_SEND_VALUE(ch, 1);
}

/* -- loops and system calls that the runtime knows nothing of -- */

static void check_others_are_served(rdl_waitgroup *wg) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    for (int i = 0; i < 20; i++) {
        rdl_go(send_one, ch);
        cr_assert_eq(RDL_RECV_VALUE(ch, int), 1);
        rdl_sleep(RDL_MILLISECOND);
        rdl_yield();
    }
    rdl_chan_free(ch);
    atomic_store(&stop, 1);
    rdl_waitgroup_wait(wg);
}

Test(threads, GR_14_GR_30_loops_without_calls_keep_nobody_waiting, .timeout = 60) {
    for (int loops = 1; loops <= 3; loops++) {
        rdl_waitgroup wg = {0};
        atomic_store(&stop, 0);
        rdl_maxprocs(1);
        for (int i = 0; i < loops; i++) {
            rdl_waitgroup_go(&wg, loop_without_calls, NULL);
        }
        check_others_are_served(&wg);
    }
}

static void make_main_ready(void *ch) {
    rdl_close(ch);
    loop_without_calls(NULL);
}

/* Whom the loop woke lies in its own worker's queue. */
Test(threads, GR_30_what_lies_behind_a_loop_is_taken_from_it, .timeout = 60) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    rdl_waitgroup wg = {0};
    rdl_maxprocs(1);
    rdl_waitgroup_go(&wg, make_main_ready, ch);
    rdl_recv(ch, NULL);
    atomic_store(&stop, 1);
    rdl_waitgroup_wait(&wg);
}

static int ends[2];

static void read_one(void *result) {
    char c;
    *(ssize_t *)result = read(ends[0], &c, 1);
}

Test(threads, GR_22_a_blocking_read_keeps_nobody_waiting, .timeout = 60) {
    ssize_t got[3] = {0};
    cr_assert_eq(pipe(ends), 0);
    rdl_maxprocs(1);
    for (int i = 0; i < 20; i++) {
        rdl_waitgroup wg = {0};
        for (int k = 0; k < 3; k++) {
            rdl_waitgroup_go(&wg, read_one, &got[k]);
        }
        rdl_sleep(RDL_MILLISECOND);
        cr_assert_eq(write(ends[1], "abc", 3), 3);
        rdl_waitgroup_wait(&wg);
        cr_assert(got[0] == 1 && got[1] == 1 && got[2] == 1);
    }
}

static atomic_int looping;

/* The law of worker.h, seen at one instant: who runs tasks has a token, and no more are in use than
 * there are. */
static void check_tokens(void) {
    struct rdl__sched *sched = &rdl__rt.sched;
    uint32_t running = 0;
    rdl__lock_acquire(&sched->lock, RANK_SCHED);
    for (uint32_t i = 0; i < atomic_load(&sched->n_workers); i++) {
        running += atomic_load(&atomic_load(&sched->workers[i])->status) == WORKER_RUNNING;
    }
    uint32_t in_use = atomic_load(&sched->n_running);
    rdl__lock_release(&sched->lock);
    cr_assert(running <= in_use && in_use <= 1, "%u running, %u tokens", running, in_use);
}

static void come_and_go(void *arg) {
    (void)arg;
    for (int i = 0; i < 200; i++) {
        check_tokens();
        rdl_yield();
    }
}

static void loop_and_come_back(void *arg) {
    atomic_fetch_add(&looping, 1);
    loop_without_calls(arg);
    rdl_yield();
    come_and_go(arg);
}

/* Main runs beside the loops, so all have lost the only token; they come back among those that use
 * it, and it stays the only one. */
Test(threads, GR_30_a_task_that_comes_back_takes_its_turn, .timeout = 60) {
    enum { LOOPS = 3, OTHERS = 8 };
    rdl_waitgroup wg = {0};
    rdl_maxprocs(1);
    while (atomic_load(&rdl__rt.sched.n_running) > 1) { /* searchers of before */
        rdl_yield();
    }
    for (int i = 0; i < LOOPS; i++) {
        rdl_waitgroup_go(&wg, loop_and_come_back, NULL);
    }
    while (atomic_load(&looping) < LOOPS) {
        rdl_yield();
    }
    for (int i = 0; i < OTHERS; i++) {
        rdl_waitgroup_go(&wg, come_and_go, NULL);
    }
    rdl_yield();
    atomic_store(&stop, 1);
    rdl_waitgroup_wait(&wg);
    cr_assert_eq(rdl_maxprocs(0), 1);
}

/* -- rdl_blocking -- */

static void read_blocking(void *result) {
    rdl_blocking(read_one, result);
}

Test(threads, GR_22_API_blocking_lets_others_run, .timeout = 60) {
    ssize_t got[8] = {0};
    cr_assert_eq(pipe(ends), 0);
    rdl_maxprocs(1);
    for (int i = 0; i < 50; i++) {
        rdl_waitgroup wg = {0};
        for (int k = 0; k < 8; k++) {
            rdl_waitgroup_go(&wg, read_blocking, &got[k]);
        }
        rdl_yield();
        cr_assert_eq(write(ends[1], "abcdefgh", 8), 8);
        rdl_waitgroup_wait(&wg);
    }
}

struct call {
    rdl_chan *ch;
    uint64_t id;
    pthread_t before, after;
    int value;
};

static void call_the_runtime(void *arg) {
    struct call *c = arg;
    c->before = pthread_self();
    c->id = rdl_task_id();
    c->value = RDL_RECV_VALUE(c->ch, int);
    rdl_yield();
    rdl_go(send_one, c->ch);
    c->value += RDL_RECV_VALUE(c->ch, int);
    c->after = pthread_self();
    errno = 42;
}

__attribute__((noinline)) static int get_errno(void) {
    int n = errno;
    __atomic_signal_fence(__ATOMIC_SEQ_CST); /* no compiler takes two calls for one */
    return n;
}

static void block_and_check(void *arg) {
    struct call c = {.ch = arg};
    for (int i = 0; i < 50; i++) {
        rdl_blocking(call_the_runtime, &c);
        cr_assert_eq(get_errno(), 42);
        cr_assert_eq(c.id, rdl_task_id());
        cr_assert_eq(c.value, 2);
        cr_assert(pthread_equal(c.before, c.after));
    }
}

Test(threads, API_blocking_is_the_same_task_and_thread_and_may_call_the_runtime, .timeout = 60) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    rdl_waitgroup wg = {0};
    for (int procs = 1; procs <= 3; procs++) {
        rdl_maxprocs(procs);
        for (int i = 0; i < 4; i++) {
            rdl_waitgroup_go(&wg, block_and_check, ch);
        }
        for (int i = 0; i < 4 * 50; i++) {
            RDL_SEND_VALUE(ch, 1);
        }
        rdl_waitgroup_wait(&wg);
    }
}

static void panic_inside(void *arg) {
    (void)arg;
    rdl_panic("inside");
}

static void block_in_panic(void *arg) {
    rdl_blocking(panic_inside, arg);
}

Test(threads, API_blocking_ends_when_its_function_panics) {
    rdl_panic_info info;
    rdl_maxprocs(1);
    for (int i = 0; i < 100; i++) {
        cr_assert_not(rdl_try(block_in_panic, NULL, &info));
        cr_assert_str_eq(info.message, "inside");
        rdl_yield();
    }
}

static void dump_it(void) {
    static ssize_t got;
    cr_assert_eq(pipe(ends), 0);
    rdl_go(read_blocking, &got);
    rdl_sleep(20 * RDL_MILLISECOND);
    rdl_dump(STDERR_FILENO);
}

Test(threads, TR_04_a_blocking_task_is_in_a_syscall) {
    struct child c;
    run_child(dump_it, &c);
    cr_assert(exited_with(&c, 0));
    cr_assert(strstr(c.text, " [syscall"), "%s", c.text);
}

static void block_for_ever(void *arg) {
    (void)arg;
    for (;;) {
        pause();
    }
}

static void block_for_ever_and_say_so(void *arg) {
    rdl_blocking(block_for_ever, arg);
}

static void wait_beside(void (*fn)(void *)) {
    signal(SIGALRM, SIG_DFL);
    alarm(1);
    rdl_go(fn, NULL);
    rdl_recv(RDL_CHAN(int, 0), NULL);
}

static void wait_beside_a_read(void) {
    wait_beside(block_for_ever);
}

static void wait_beside_a_blocking_call(void) {
    wait_beside(block_for_ever_and_say_so);
}

Test(threads, DL_03_a_task_in_a_system_call_is_no_deadlock, .timeout = 60) {
    struct child c;
    run_child(wait_beside_a_read, &c);
    cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGALRM, "%s", c.text);
    run_child(wait_beside_a_blocking_call, &c);
    cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGALRM, "%s", c.text);
}

/* -- rdl_lock_thread -- */

static _Thread_local int mark_of_thread;

static void keep_the_thread(void *arg) {
    rdl_chan *ch = arg;
    pthread_t here = pthread_self();
    rdl_lock_thread();
    here = pthread_self();
    mark_of_thread = 1;
    for (int i = 0; i < 50; i++) {
        rdl_yield();
        cr_assert(pthread_equal(here, pthread_self()));
        RDL_SEND_VALUE(ch, i);
        cr_assert(pthread_equal(here, pthread_self()));
        rdl_sleep(i % 5 * 10 * RDL_MICROSECOND);
        cr_assert(pthread_equal(here, pthread_self()));
    }
    mark_of_thread = 0;
    rdl_unlock_thread();
    rdl_unlock_thread(); /* more than there were locks */
}

/* No other task is ever seen on a thread that is locked. */
static void look_for_marks(void *arg) {
    (void)arg;
    for (int i = 0; i < 500; i++) {
        cr_assert_eq(mark_of_thread, 0);
        rdl_yield();
    }
}

Test(threads, GR_25_GR_28_a_locked_task_keeps_its_thread_for_itself, .timeout = 100) {
    for (int procs = 1; procs <= 4; procs++) {
        rdl_chan *ch = RDL_CHAN(int, 0);
        rdl_waitgroup wg = {0};
        rdl_maxprocs(procs);
        for (int i = 0; i < 4; i++) {
            rdl_waitgroup_go(&wg, keep_the_thread, ch);
            rdl_waitgroup_go(&wg, look_for_marks, NULL);
        }
        for (int i = 0; i < 4 * 50; i++) {
            rdl_recv(ch, NULL);
        }
        rdl_waitgroup_wait(&wg);
        rdl_chan_free(ch);
    }
}

static void lock_twice(void *arg) {
    rdl_chan *ch = arg;
    rdl_lock_thread();
    rdl_lock_thread();
    rdl_unlock_thread();
    pthread_t here = pthread_self();
    for (int i = 0; i < 20; i++) {
        RDL_SEND_VALUE(ch, i);
        cr_assert(pthread_equal(here, pthread_self()));
    }
    rdl_unlock_thread();
}

Test(threads, GR_25_locks_nest_and_surplus_unlocks_do_nothing, .timeout = 60) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    rdl_unlock_thread();
    for (int round = 0; round < 5; round++) {
        rdl_go(lock_twice, ch);
        rdl_go(lock_twice, ch);
        for (int i = 0; i < 40; i++) {
            rdl_recv(ch, NULL);
        }
    }
}

static void lock_for_ever(void *arg) {
    (void)arg;
    for (;;) {
        rdl_lock_thread();
    }
}

Test(threads, TX_29_GR_25_nesting_overflows) {
    rdl_panic_info info;
    cr_assert_not(rdl_try(lock_for_ever, NULL, &info));
    cr_assert_str_eq(info.message, "LockOSThread nesting overflow");
}

static void end_locked(void *ch) {
    rdl_lock_thread();
    prctl(PR_SET_NAME, "spoilt");
    RDL_SEND_VALUE(ch, (int)mark_of_thread);
    mark_of_thread = 7;
    rdl_yield();
}

static void name_of_thread(void *ch) {
    char name[16] = "";
    prctl(PR_GET_NAME, name);
    RDL_SEND_VALUE(ch, (int)(strcmp(name, "spoilt") != 0 && mark_of_thread != 7));
}

/* Its thread is never seen again; the number of threads does not grow. */
Test(threads, GR_26_a_task_that_ends_locked_takes_its_thread_along, .timeout = 60) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    for (int i = 0; i < 200; i++) {
        rdl_go(end_locked, ch);
        cr_assert_eq(RDL_RECV_VALUE(ch, int), 0);
        rdl_go(name_of_thread, ch);
        cr_assert_eq(RDL_RECV_VALUE(ch, int), 1);
    }
    while (rdl_num_tasks() > 1) {
        rdl_yield();
    }
}

static void spawn_from_a_spoilt_thread(void *ch) {
    rdl_lock_thread();
    prctl(PR_SET_NAME, "spoilt");
    for (int i = 0; i < 8; i++) {
        rdl_go(name_of_thread, ch);
    }
    rdl_go(loop_without_calls, NULL);
    loop_without_calls(NULL);
}

Test(threads, GR_27_a_locked_task_does_not_hand_its_thread_on, .timeout = 60) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    rdl_maxprocs(4);
    rdl_go(spawn_from_a_spoilt_thread, ch);
    for (int i = 0; i < 8; i++) {
        cr_assert_eq(RDL_RECV_VALUE(ch, int), 1);
    }
    atomic_store(&stop, 1);
}

static void main_keeps_the_first_thread(void) {
    pthread_t here = pthread_self();
    rdl_chan *ch = RDL_CHAN(int, 0);
    rdl_lock_thread();
    for (int i = 0; i < 100; i++) {
        rdl_go(send_one, ch);
        rdl_recv(ch, NULL);
        rdl_yield();
        if (!pthread_equal(here, pthread_self()) || gettid() != getpid()) {
            _exit(3);
        }
    }
    rdl_goexit(); /* the first thread cannot end: it sleeps */
}

Test(threads, GR_26_GR_28_main_keeps_the_first_thread, .timeout = 60) {
    struct child c;
    run_child(main_keeps_the_first_thread, &c);
    cr_assert(exited_with(&c, 2), "%s", c.text);
    cr_assert(begins_with(c.text, "fatal error: no goroutines (main called runtime.Goexit)"), "%s",
              c.text);
}

static void lock_and_wait(void *ch) {
    rdl_lock_thread();
    rdl_recv(ch, NULL);
}

static void all_wait_locked(void) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    for (int i = 0; i < 3; i++) {
        rdl_go(lock_and_wait, ch);
    }
    lock_and_wait(ch);
}

Test(threads, DL_03_GR_28_locked_tasks_that_are_parked_are_asleep, .timeout = 60) {
    for (int i = 0; i < 20; i++) {
        struct child c;
        run_child(all_wait_locked, &c);
        cr_assert(exited_with(&c, 2));
        cr_assert(begins_with(c.text, "fatal error: all goroutines are asleep - deadlock!\n\n"),
                  "%s", c.text);
    }
}

/* -- what a task inherits, and what a fork leaves -- */

static void send_rounding(void *ch) {
    RDL_SEND_VALUE(ch, fegetround());
    rdl_yield();
    RDL_SEND_VALUE(ch, fegetround());
}

Test(threads, GR_31_rounding_is_inherited_and_kept) {
    static const int modes[] = {FE_UPWARD, FE_DOWNWARD, FE_TONEAREST};
    rdl_chan *ch = RDL_CHAN(int, 0);
    for (int i = 0; i < 30; i++) {
        fesetround(modes[i % 3]);
        rdl_go(send_rounding, ch);
        fesetround(FE_TOWARDZERO);
        cr_assert_eq(RDL_RECV_VALUE(ch, int), modes[i % 3]);
        cr_assert_eq(RDL_RECV_VALUE(ch, int), modes[i % 3]);
        cr_assert_eq(fegetround(), FE_TOWARDZERO);
    }
    fesetround(FE_TONEAREST);
}

Test(threads, GR_33_the_parent_goes_on_after_a_fork, .timeout = 60) {
    rdl_chan *ch = RDL_CHAN(int, 0);
    for (int i = 0; i < 5; i++) {
        int status;
        rdl_go(send_one, ch);
        pid_t pid = fork();
        if (pid == 0) {
            execl("/bin/sh", "sh", "-c", "exit 3", (char *)NULL);
            _exit(4);
        }
        cr_assert_eq(RDL_RECV_VALUE(ch, int), 1);
        cr_assert_eq(waitpid(pid, &status, 0), pid);
        cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 3);
        rdl_sleep(RDL_MILLISECOND);
    }
}

/* -- the number of threads -- */

static void block_all(void) {
    signal(SIGPIPE, SIG_IGN); /* the dump is longer than the reader's patience */
    for (int i = 0; i < 10100; i++) {
        rdl_go(block_for_ever_and_say_so, NULL);
        rdl_yield();
    }
    rdl_recv(RDL_CHAN(int, 0), NULL);
}

Test(threads, GR_24_TX_09_too_many_threads, .timeout = 120) {
    static struct child c;
    run_child(block_all, &c);
    cr_assert(exited_with(&c, 2), "%.500s", c.text);
    if (strstr(c.text, "ulimit -u") == NULL) { /* a machine that does not allow so many at all */
        cr_assert(strstr(c.text, "runtime: program exceeds 10000-thread limit\n"
                                 "fatal error: thread exhaustion\n"),
                  "%.500s", c.text);
    }
}

/* -- nobody is to start the monitor but the first task, whatever was called before -- */

static void set_flag(void *arg) {
    atomic_store((atomic_int *)arg, 1);
}

static void compute_until(atomic_int *flag) {
    clock_t start = clock();
    while (atomic_load(flag) == 0 && clock() - start < 20 * CLOCKS_PER_SEC) {
    }
    _exit(atomic_load(flag) == 1 ? 0 : 1);
}

static void dump_then_go(void) {
    static atomic_int flag;
    int fd = memfd_create("dump", 0);
    rdl_maxprocs(1);
    rdl_dump(fd);
    rdl_go(set_flag, &flag);
    compute_until(&flag);
}

static void only_a_timer(void) {
    static atomic_int flag;
    rdl_maxprocs(1);
    rdl_after_func(RDL_MILLISECOND, set_flag, &flag);
    compute_until(&flag);
}

Test(threads, GR_14_GR_30_TM_04_main_computes_and_others_are_served, .timeout = 100) {
    static void (*const programs[])(void) = {dump_then_go, only_a_timer};
    for (size_t i = 0; i < 2; i++) {
        struct child c;
        run_child(programs[i], &c);
        cr_assert(exited_with(&c, 0), "program %zu", i);
    }
}
