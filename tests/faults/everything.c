/* A small program that uses all that asks the system for something: what faults.py makes fail, one
 * request after the other. A refusal that the contract lets a call report (I/O) is taken as an answer;
 * everything else must be right when the program comes to its end and says `done`.
 */
#include <errno.h>
#include <pthread.h>
#include <raddle.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TASKS 40
#define BIG   6000 /* bytes of an argument too large for the stack */

static void check(bool claim, const char *what) {
    if (!claim) {
        printf("not so: %s\n", what);
        fflush(stdout);
        _exit(7);
    }
}

static atomic_long counted;

static void count(void *unused) {
    (void)unused;
    atomic_fetch_add(&counted, 1);
}

/* -- tasks, stacks, channels -- */

static rdl_chan *numbers;

static void send_size(void *arg) {
    long sum = 0;
    for (int i = 0; i < BIG; i++) {
        sum += ((unsigned char *)arg)[i];
    }
    rdl_send(numbers, &sum);
}

static void tasks(void) {
    static unsigned char bytes[BIG];
    rdl_waitgroup wg = {0};
    long v;
    memset(bytes, 1, sizeof(bytes));
    numbers = RDL_CHAN(long, 1);
    for (int i = 0; i < TASKS; i++) {
        rdl_go_options options = {.stack_bytes = (size_t)(i % 4 == 0 ? 1 << 20 : 0),
                                  .copy_bytes = BIG};
        rdl_go_with(&options, send_size, bytes);
        rdl_waitgroup_go(&wg, count, NULL);
    }
    for (int i = 0; i < TASKS; i++) {
        check(rdl_recv(numbers, &v) && v == BIG, "every task sends its argument");
    }
    rdl_waitgroup_wait(&wg);
    check(atomic_load(&counted) == TASKS, "every task counts");
}

static void selects(void) {
    rdl_chan *many[40];
    rdl_case cases[40];
    for (size_t i = 0; i < 40; i++) {
        many[i] = RDL_CHAN(int, 4);
        cases[i] = RDL_CASE_RECV(many[i], NULL);
    }
    RDL_SEND_VALUE(many[39], 5);
    check(rdl_select(cases, 40) == 39, "the ready case is chosen");
    for (size_t i = 0; i < 40; i++) {
        rdl_chan_free(many[i]);
    }
}

/* -- time and contexts -- */

static void times(void) {
    rdl_timer *timers[70];
    rdl_ticker *ticker = rdl_ticker_new(RDL_MILLISECOND);
    for (size_t i = 0; i < 70; i++) {
        timers[i] = rdl_timer_new(RDL_HOUR);
        rdl_timer_reset(timers[i], RDL_MINUTE);
    }
    check(rdl_recv(rdl_ticker_chan(ticker), NULL), "a tick");
    rdl_ticker_free(ticker);
    for (size_t i = 0; i < 70; i++) {
        check(rdl_timer_stop(timers[i]), "a stop");
        rdl_timer_free(timers[i]);
    }
}

static void contexts(void) {
    static const int key;
    atomic_store(&counted, 0);
    rdl_ctx *root = rdl_ctx_with_cancel(rdl_ctx_background());
    rdl_ctx *value = rdl_ctx_with_value(root, &key, &counted);
    rdl_ctx *child = rdl_ctx_with_timeout(value, RDL_HOUR);
    rdl_ctx_after_func(child, count, NULL);
    check(rdl_ctx_value(child, &key) == &counted, "the value");
    rdl_ctx_cancel_cause(root, "because");
    check(!rdl_recv(rdl_ctx_done(child), NULL), "done is closed");
    check(strcmp(rdl_ctx_cause(child), "because") == 0, "the cause");
    while (atomic_load(&counted) == 0) {
        rdl_sleep(RDL_MILLISECOND);
    }
    rdl_ctx_free(child);
    rdl_ctx_free(value);
    rdl_ctx_free(root);
}

/* -- threads -- */

static void wired(void *unused) {
    (void)unused;
    rdl_lock_thread();
    rdl_yield();
}

static void blocking(void *unused) {
    (void)unused;
    usleep(1000); /* some call that blocks: nothing waits for it to be over */
}

static void block(void *unused) {
    rdl_blocking(blocking, unused);
}

static void *foreign(void *ch) {
    rdl_send(ch, &(int){1});
    return NULL;
}

static void threads(void) {
    rdl_waitgroup wg = {0};
    pthread_t thread;
    rdl_chan *ch = RDL_CHAN(int, 0);
    for (int i = 0; i < 3; i++) {
        rdl_waitgroup_go(&wg, wired, NULL);
        rdl_waitgroup_go(&wg, block, NULL);
    }
    check(pthread_create(&thread, NULL, foreign, ch) == 0, "a thread");
    check(RDL_RECV_VALUE(ch, int) == 1, "the thread's value");
    pthread_join(thread, NULL);
    rdl_waitgroup_wait(&wg);
    rdl_chan_free(ch);
}

/* -- descriptors and signals -- */

static int ends[2];

static void write_hello(void *unused) {
    (void)unused;
    rdl_sleep(2 * RDL_MILLISECOND);
    (void)rdl_write(ends[1], "hello", 5, 0);
    rdl_close_fd(ends[1]);
}

static void descriptors(void) {
    char bytes[8];
    rdl_waitgroup wg = {0};
    check(pipe(ends) == 0, "a pipe");
    rdl_waitgroup_go(&wg, write_hello, NULL);
    ssize_t n = rdl_read(ends[0], bytes, sizeof(bytes), 0);
    check(n == 5 || n == -ENOMEM || n == 0, "hello, or no memory");
    rdl_waitgroup_wait(&wg);
    rdl_close_fd(ends[0]);
}

static void signals(void) {
    rdl_chan *ch = RDL_CHAN(int, 1);
    rdl_signal_notify(ch, SIGUSR1);
    raise(SIGUSR1);
    check(RDL_RECV_VALUE(ch, int) == SIGUSR1, "the signal");
    rdl_signal_stop(ch);
    rdl_chan_free(ch);
}

static void panics(void *unused) {
    (void)unused;
    rdl_panic("on purpose");
}

int main(void) {
    rdl_panic_info info;
    tasks();
    selects();
    times();
    contexts();
    threads();
    descriptors();
    signals();
    check(!rdl_try(panics, NULL, &info), "a panic");
    rdl_dump(STDERR_FILENO);
    puts("done");
    return 0;
}
