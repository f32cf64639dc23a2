/* Signals as values: SEMANTICS section 17 (SG), and their row of the deadlock rules. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "test_runtime.h"

static const int workers[] = {1, 2, 16};
#define WORKERS (sizeof(workers) / sizeof(workers[0]))

static void with_workers(void (*fn)(void)) {
    for (size_t i = 0; i < WORKERS; i++) {
        rdl_maxprocs(workers[i]);
        fn();
    }
}

static int next_signal(rdl_chan *ch) {
    return RDL_RECV_VALUE(ch, int);
}

/* A signal whose handler has run has been delivered once this one has. */
static void pass_through(int signo) {
    rdl_chan *ch = RDL_CHAN(int, 1);
    rdl_signal_notify(ch, signo);
    kill(getpid(), signo);
    cr_assert_eq(next_signal(ch), signo);
    rdl_signal_stop(ch);
    rdl_chan_free(ch);
}

/* -- SG-01 -- */

static void several_channels(void) {
    rdl_chan *both = RDL_CHAN(int, 4), *one = RDL_CHAN(int, 4);
    rdl_signal_notify(both, SIGUSR1);
    rdl_signal_notify(both, SIGUSR2);
    rdl_signal_notify(one, SIGUSR1);
    rdl_signal_notify(one, SIGUSR1); /* said twice, delivered once */
    kill(getpid(), SIGUSR1);
    cr_assert_eq(next_signal(both), SIGUSR1);
    cr_assert_eq(next_signal(one), SIGUSR1);
    kill(getpid(), SIGUSR2);
    cr_assert_eq(next_signal(both), SIGUSR2);
    cr_assert_eq(rdl_chan_len(one), 0);
    rdl_signal_stop(both);
    rdl_signal_stop(one);
    rdl_chan_free(both);
    rdl_chan_free(one);
}

Test(signal, SG_01_several_channels_get_the_same_signal) {
    with_workers(several_channels);
}

static void full_drops(void) {
    rdl_chan *full = RDL_CHAN(int, 1), *nobody = RDL_CHAN(int, 0);
    rdl_signal_notify(full, SIGUSR1);
    rdl_signal_notify(nobody, SIGUSR1);
    rdl_signal_notify(full, SIGURG);
    for (int i = 0; i < 5; i++) {
        raise(SIGUSR1); /* to this thread: another could take it, and its time */
        pass_through(SIGUSR2);
    }
    cr_assert_eq(rdl_chan_len(full), 1);
    cr_assert_eq(next_signal(full), SIGUSR1);
    kill(getpid(), SIGURG);
    cr_assert_eq(next_signal(full), SIGURG);
    rdl_signal_stop(full);
    rdl_signal_stop(nobody);
    rdl_chan_free(full);
    rdl_chan_free(nobody);
}

Test(signal, SG_01_a_full_channel_drops) {
    with_workers(full_drops);
}

static void receive_parked(void *ch) {
    cr_assert_eq(next_signal(ch), SIGUSR1);
}

static void unbuffered(void) {
    rdl_waitgroup wg = {0};
    rdl_chan *ch = RDL_CHAN(int, 0);
    rdl_signal_notify(ch, SIGUSR1);
    rdl_waitgroup_go(&wg, receive_parked, ch);
    let_others_park();
    kill(getpid(), SIGUSR1);
    rdl_waitgroup_wait(&wg);
    rdl_signal_stop(ch);
    rdl_chan_free(ch);
}

Test(signal, SG_01_a_parked_receiver_needs_no_buffer) {
    with_workers(unbuffered);
}

static void notify_nil(void *unused) {
    (void)unused;
    rdl_signal_notify(NULL, SIGUSR1);
}

static void notify_wrong_size(void *unused) {
    (void)unused;
    rdl_signal_notify(RDL_CHAN(char, 1), SIGUSR1);
}

static void notify_bad_number(void *signo) {
    rdl_signal_notify(RDL_CHAN(int, 1), *(int *)signo);
}

Test(signal, SG_01_TX_24_misuse_panics) {
    rdl_panic_info info;
    cr_assert_not(rdl_try(notify_nil, NULL, &info));
    cr_assert_str_eq(info.message, "os/signal: Notify using nil channel");
    cr_assert_not(rdl_try(notify_wrong_size, NULL, &info));
    cr_assert_str_eq(info.message, "rdl: 4-byte value on a channel of 1-byte elements");
    for (int signo = -1; signo <= 65; signo += signo == 0 ? 65 : 1) {
        cr_assert_not(rdl_try(notify_bad_number, &signo, &info));
        cr_assert_str_eq(info.message, "rdl: signal number out of range");
    }
}

Test(signal, SG_01_what_cannot_be_caught_is_watched_in_vain) {
    rdl_chan *ch = RDL_CHAN(int, 1);
    rdl_signal_notify(ch, SIGKILL);
    rdl_signal_notify(ch, SIGSTOP);
    rdl_signal_stop(ch);
    rdl_signal_stop(ch);
    rdl_chan_free(ch);
}

static void free_while_notified(void) {
    rdl_chan *ch = RDL_CHAN(int, 1);
    rdl_signal_notify(ch, SIGUSR1);
    rdl_chan_free(ch);
}

static void close_while_notified(void) {
    rdl_chan *ch = RDL_CHAN(int, 1);
    rdl_signal_notify(ch, SIGUSR1);
    rdl_close(ch);
    kill(getpid(), SIGUSR1);
    rdl_sleep(10 * RDL_SECOND);
}

Test(signal, SG_02_channels_outlive_their_signals) {
    static struct child c;
    run_child(free_while_notified, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "fatal error: rdl: free of a channel that signals are sent to"));
    run_child(close_while_notified, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "fatal error: rdl: signal for a closed channel"));
}

/* -- SG-02 -- */

static void stop_restores(void) {
    rdl_chan *a = RDL_CHAN(int, 1), *b = RDL_CHAN(int, 1);
    rdl_signal_notify(a, SIGUSR1);
    rdl_signal_notify(b, SIGUSR1);
    rdl_signal_stop(a);
    kill(getpid(), SIGUSR1);
    if (next_signal(b) != SIGUSR1 || rdl_chan_len(a) != 0) {
        _exit(1);
    }
    rdl_signal_stop(b);
    kill(getpid(), SIGUSR1);
    rdl_sleep(10 * RDL_SECOND);
}

Test(signal, SG_02_the_last_stop_restores_the_default) {
    static struct child c;
    run_child(stop_restores, &c);
    cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGUSR1);
}

static _Atomic int handled;

static void count_handled(int signo) {
    (void)signo;
    atomic_fetch_add(&handled, 1);
}

struct sender {
    rdl_chan *ch;
    _Atomic int sent;
    int n;
};

static int arrived(const struct sender *s) {
    return (int)rdl_chan_len(s->ch) + atomic_load(&handled);
}

/* One at a time, so that none is merged with the one before: each must end up in the channel, or in
 * the handler that was there before. One that is lost keeps us here until the alarm of run_child. */
static void *send_some(void *sender) {
    struct sender *s = sender;
    for (int i = 1; i <= s->n; i++) {
        kill(getpid(), SIGUSR1);
        while (arrived(s) < i) {
            usleep(10);
        }
        atomic_store(&s->sent, i);
    }
    return NULL;
}

static void around_stop(void) {
    struct sender s = {.ch = RDL_CHAN(int, 1000), .n = 200};
    pthread_t thread;
    signal(SIGUSR1, count_handled);
    atomic_store(&handled, 0);
    pthread_create(&thread, NULL, send_some, &s);
    while (atomic_load(&s.sent) < s.n) {
        rdl_signal_notify(s.ch, SIGUSR1);
        rdl_yield();
        rdl_signal_stop(s.ch);
        size_t len = rdl_chan_len(s.ch);
        rdl_yield();
        if (rdl_chan_len(s.ch) != len) {
            _exit(20); /* stopped, and still it comes */
        }
    }
    pthread_join(thread, NULL);
    if (arrived(&s) != s.n) {
        _exit(21);
    }
}

static void around_stop_in_all_configurations(void) {
    with_workers(around_stop);
    _exit(10);
}

Test(signal, SG_02_around_stop_nothing_comes_late) {
    static struct child c;
    run_child(around_stop_in_all_configurations, &c);
    cr_assert(exited_with(&c, 10), "%s", c.text);
}

/* Nobody delivers while the only worker is here: the handler has run, the value is pending, and
 * stop must see to it. */
static void pending_at_stop(void) {
    rdl_chan *ch = RDL_CHAN(int, 1);
    rdl_signal_notify(ch, SIGUSR1);
    raise(SIGUSR1);
    rdl_signal_stop(ch);
    cr_assert_eq(next_signal(ch), SIGUSR1);
    rdl_chan_free(ch);
}

Test(signal, SG_02_what_came_before_stop_is_delivered) {
    with_workers(pending_at_stop);
}

/* -- SG-03 -- */

/* If the handler itself sent, it would find the channel locked by the very thread it runs on. */
static void send_and_be_interrupted(void) {
    rdl_chan *ch = RDL_CHAN(int, 2);
    int value = 0;
    signal(SIGALRM, count_handled); /* for one that is late */
    rdl_signal_notify(ch, SIGALRM);
    ualarm(100, 100);
    for (int i = 0; i < 200000; i++) {
        rdl_try_send(ch, &value);
        rdl_try_recv(ch, NULL, NULL);
    }
    ualarm(0, 0);
    rdl_signal_stop(ch);
    rdl_chan_free(ch);
}

Test(signal, SG_03_delivery_is_not_in_the_handler) {
    with_workers(send_and_be_interrupted);
}

static void delivered_while_busy(void) {
    rdl_chan *ch = RDL_CHAN(int, 1);
    rdl_signal_notify(ch, SIGUSR1);
    kill(getpid(), SIGUSR1);
    while (rdl_chan_len(ch) == 0) {
        rdl_yield(); /* never idle */
    }
    rdl_signal_stop(ch);
    rdl_chan_free(ch);
}

Test(signal, SG_03_delivered_though_all_workers_are_busy) {
    with_workers(delivered_while_busy);
}

/* -- SG-05 -- */

static void ignored_stays_ignored(void) {
    signal(SIGHUP, SIG_IGN);
    raise(SIGHUP);
    rdl_chan *ch = RDL_CHAN(int, 1);
    rdl_signal_notify(ch, SIGHUP);
    raise(SIGHUP);
    if (next_signal(ch) != SIGHUP) {
        _exit(1);
    }
    rdl_signal_stop(ch);
    raise(SIGHUP);
    _exit(10);
}

static void default_kills(void) {
    rdl_yield();
    raise(SIGTERM);
}

static void fault_while_notified(void) {
    static int *volatile nowhere;
    rdl_signal_notify(RDL_CHAN(int, 1), SIGSEGV);
    *nowhere = 1;
}

static void sent_fault_is_a_signal(void) {
    rdl_chan *ch = RDL_CHAN(int, 1);
    rdl_signal_notify(ch, SIGSEGV);
    kill(getpid(), SIGSEGV);
    _exit(next_signal(ch) == SIGSEGV ? 10 : 11);
}

Test(signal, SG_05_dispositions) {
    static struct child c;
    run_child(ignored_stays_ignored, &c);
    cr_assert(exited_with(&c, 10));
    run_child(default_kills, &c);
    cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGTERM);
    run_child(fault_while_notified, &c);
    cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGSEGV);
    cr_assert(strstr(c.text, "goroutine 1") != NULL, "the dump comes all the same");
    run_child(sent_fault_is_a_signal, &c);
    cr_assert(exited_with(&c, 10));
}

/* -- DL-03 -- */

static void wait_for_a_signal(void) {
    rdl_chan *ch = RDL_CHAN(int, 1), *never = RDL_CHAN(int, 0);
    pid_t parent = getpid();
    rdl_case cases[2];
    rdl_signal_notify(ch, SIGUSR1);
    pid_t helper = fork();
    if (helper == 0) {
        usleep(200000);
        _exit(kill(parent, SIGUSR1));
    }
    cases[0] = RDL_CASE_RECV(ch, NULL);
    cases[1] = RDL_CASE_RECV(never, NULL);
    size_t chosen = rdl_select(cases, 2);
    waitpid(helper, NULL, 0);
    _exit(chosen == 0 ? 10 : 11);
}

static void wait_after_stop(void) {
    rdl_chan *ch = RDL_CHAN(int, 1);
    rdl_signal_notify(ch, SIGUSR1);
    rdl_sleep(RDL_MILLISECOND);
    rdl_signal_stop(ch);
    next_signal(ch);
}

Test(signal, DL_03_a_wish_for_a_signal_is_no_deadlock) {
    static struct child c;
    run_child(wait_for_a_signal, &c);
    cr_assert(exited_with(&c, 10), "%s", c.text);
    run_child(wait_after_stop, &c);
    cr_assert(exited_with(&c, 2));
    cr_assert(begins_with(c.text, "fatal error: all goroutines are asleep - deadlock!"));
}
