/* What a dump says: blocks, states, frames, on request and on SIGQUIT. SEMANTICS 2, TR-01 to TR-05. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "runtime/task.h"
#include "test_runtime.h"

#define DUMP_BYTES (1 << 20)

static char text[DUMP_BYTES];
static rdl_mutex mu;
static rdl_rwmutex rw;
static rdl_waitgroup wg;
static rdl_cond cond;
static rdl_semaphore semaphore; /* of nothing */

/* The text of rdl_dump; a file, because a pipe might fill. */
static void dump(void) {
    FILE *file = tmpfile();
    rdl_dump(fileno(file));
    rewind(file);
    size_t n = fread(text, 1, sizeof(text) - 1, file);
    text[n] = 0;
    fclose(file);
}

/* Counted, so that no wait is a tail call: its function has a frame. */
static _Atomic int returned;

static void wait_on(void *ch) {
    rdl_recv(ch, NULL);
    returned++;
}

/* The same, once everybody but the caller has come to where he parks. */
static void dump_parked(void) {
    let_others_park();
    dump();
    while (strstr(text, " [runnable]:") != NULL || strstr(text, "running on other") != NULL) {
        rdl_sleep(RDL_MILLISECOND);
        dump();
    }
}

/* -- states -- */

static void chan_send(void *ch) {
    rdl_send(ch, "x");
    returned++;
}
static void chan_send_nil(void *unused) {
    (void)unused;
    rdl_send(NULL, NULL);
    returned++;
}
static void chan_receive_nil(void *unused) {
    (void)unused;
    rdl_recv(NULL, NULL);
    returned++;
}
static void select_two(void *ch) {
    rdl_case cases[] = {RDL_CASE_RECV(ch, NULL), RDL_CASE_RECV(NULL, NULL)};
    rdl_select(cases, 2);
    returned++;
}
static void select_nil(void *unused) {
    (void)unused;
    rdl_case cases[] = {RDL_CASE_RECV(NULL, NULL)};
    rdl_select(cases, 1);
    returned++;
}
static void select_none(void *unused) {
    (void)unused;
    rdl_select(NULL, 0);
    returned++;
}
static void sleep_long(void *unused) {
    (void)unused;
    rdl_sleep(RDL_HOUR);
    returned++;
}
static void lock(void *unused) {
    (void)unused;
    rdl_mutex_lock(&mu);
    returned++;
}
static void read_lock(void *unused) {
    (void)unused;
    rdl_rwmutex_rlock(&rw);
    returned++;
}
static void write_lock(void *unused) {
    (void)unused;
    rdl_rwmutex_lock(&rw);
    returned++;
}
static void wait_group(void *unused) {
    (void)unused;
    rdl_waitgroup_wait(&wg);
    returned++;
}
static void wait_cond(void *unused) {
    (void)unused;
    static rdl_mutex own;
    rdl_cond_init(&cond, &own);
    rdl_mutex_lock(&own);
    rdl_cond_wait(&cond);
    returned++;
}
static void acquire(void *unused) {
    (void)unused;
    rdl_semaphore_acquire(&semaphore, 1, NULL);
    returned++;
}
static void read_pipe(void *fd) {
    char byte;
    rdl_read(*(int *)fd, &byte, 1, 0);
    returned++;
}

/* `goroutine N [state]:` followed by the function that waits. */
static bool shows(const char *state, const char *function) {
    char header[128];
    snprintf(header, sizeof(header), " [%s]:\n", state);
    for (const char *at = text; (at = strstr(at, header)) != NULL; at++) {
        const char *block = at + strlen(header);
        const char *end = strstr(block, "\n\n");
        const char *found = strstr(block, function);
        if (found != NULL && (end == NULL || found < end)) {
            return true;
        }
    }
    return false;
}

Test(dump, TR_04_TR_05_each_wait_by_its_name_with_the_function_that_waits) {
    static const struct {
        void (*fn)(void *);
        const char *state, *name;
    } rows[] = {{wait_on, "chan receive", "wait_on"},
                {chan_send, "chan send", "chan_send"},
                {chan_send_nil, "chan send (nil chan)", "chan_send_nil"},
                {chan_receive_nil, "chan receive (nil chan)", "chan_receive_nil"},
                {select_two, "select", "select_two"},
                {select_nil, "chan receive (nil chan)", "select_nil"},
                {select_none, "select (no cases)", "select_none"},
                {sleep_long, "sleep", "sleep_long"},
                {lock, "sync.Mutex.Lock", "lock"},
                {read_lock, "sync.RWMutex.RLock", "read_lock"},
                {write_lock, "sync.RWMutex.Lock", "write_lock"},
                {wait_group, "sync.WaitGroup.Wait", "wait_group"},
                {wait_cond, "sync.Cond.Wait", "wait_cond"},
                {acquire, "semacquire", "acquire"}};
    rdl_mutex_lock(&mu);
    rdl_rwmutex_lock(&rw);
    rdl_waitgroup_add(&wg, 1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        rdl_go(rows[i].fn, RDL_CHAN(char, 0));
    }
    dump_parked();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cr_assert(shows(rows[i].state, rows[i].name), "%s: %s", rows[i].name, text);
    }
    cr_assert(begins_with(text, "goroutine 1 [running]:\n"), "%s", text);
    cr_assert_null(strstr(text, "rdl__"), "%s", text);
}

Test(dump, TR_04_io_wait) {
    static int ends[2];
    cr_assert_eq(pipe(ends), 0);
    rdl_go(read_pipe, &ends[0]);
    dump_parked();
    cr_assert(shows("IO wait", "read_pipe"), "%s", text);
}

static _Atomic int stage;

static void block_thread(void *unused) {
    (void)unused;
    stage = 1;
    while (stage != 2) {
        usleep(100);
    }
}

static void call_blocking(void *unused) {
    (void)unused;
    rdl_blocking(block_thread, NULL);
}

Test(dump, TR_04_syscall) {
    rdl_waitgroup done = {0};
    rdl_waitgroup_go(&done, call_blocking, NULL);
    while (stage != 1) {
        rdl_yield();
    }
    dump();
    stage = 2;
    cr_assert_not_null(strstr(text, " [syscall]:\n"), "%s", text);
    rdl_waitgroup_wait(&done);
}

static void spin(void *unused) {
    (void)unused;
    stage = 1;
    while (stage != 2) {
    }
}

Test(dump, TR_03_TR_04_running_elsewhere_and_runnable) {
    rdl_waitgroup done = {0};
    rdl_maxprocs(2);
    rdl_waitgroup_go(&done, spin, NULL);
    while (stage != 1) {
        rdl_yield();
    }
    rdl_go(wait_on, NULL); /* nobody is free to run it */
    dump();
    stage = 2;
    rdl_waitgroup_wait(&done);
    cr_assert_not_null(strstr(text, " [running]:\n\tgoroutine running on other thread; stack "
                                    "unavailable\n"),
                       "%s", text);
    cr_assert_not_null(strstr(text, "created by "));
}

static void wait_locked(void *ch) {
    rdl_lock_thread();
    rdl_recv(ch, NULL);
    returned++;
}

Test(dump, TR_01_GR_28_locked_to_thread) {
    rdl_go(wait_locked, RDL_CHAN(int, 0));
    dump_parked();
    cr_assert(shows("chan receive, locked to thread", "wait_locked"), "%s", text);
}

/* -- blocks -- */

static void find_named(struct task *t, void *found) {
    if (t->name[0] == 'o') {
        *(struct task **)found = t;
    }
}

Test(dump, TR_01_minutes_name_and_creator) {
    struct task *old = NULL;
    rdl_go_with(&(rdl_go_options){.name = "old one"}, wait_on, RDL_CHAN(int, 0));
    let_others_park();
    rdl__task_each(find_named, &old);
    old->parked_ns -= 3 * RDL_MINUTE + 20 * RDL_SECOND;
    dump();
    cr_assert(shows("chan receive, 3 minutes, \"old one\"", "wait_on"), "%s", text);
    const char *creator = strstr(text, "\ncreated by ");
    cr_assert_not_null(creator);
    cr_assert_not_null(strstr(creator, " in goroutine 1"), "%s", text);
    old->parked_ns += 3 * RDL_MINUTE;
    dump();
    cr_assert(shows("chan receive, \"old one\"", "wait_on"), "%s", text);
}

Test(dump, TR_01_blocks_by_creation_with_one_empty_line_between) {
    uint64_t last = 0;
    for (int i = 0; i < 40; i++) {
        rdl_go(wait_on, RDL_CHAN(int, 0));
    }
    dump_parked();
    unsigned blocks = 0;
    for (const char *at = text; at != NULL; at = strstr(at, "\n\n")) {
        at += at == text ? 0 : 2;
        uint64_t id = strtoull(at + strlen("goroutine "), NULL, 10);
        cr_assert(begins_with(at, "goroutine "), "%s", at);
        cr_assert_gt(id, last);
        last = id;
        blocks++;
    }
    cr_assert_eq(blocks, 41);
    cr_assert_null(strstr(text, "\n\n\n"));
}

/* -- frames -- */

__attribute__((noinline)) static int innermost(int depth, void *ch) {
    return depth + rdl_recv(ch, NULL);
}

__attribute__((noinline)) static int descend(int depth, void *ch) {
    volatile int kept = depth;
    return (depth == 0 ? innermost(depth, ch) : descend(depth - 1, ch)) + kept;
}

static void park_deep(void *ch) {
    returned += descend(118, ch);
}

static void park_very_deep(void *ch) {
    returned += descend(20000, ch);
}

static unsigned count_of(const char *what) {
    unsigned n = 0;
    for (const char *at = text; (at = strstr(at, what)) != NULL; at++) {
        n++;
    }
    return n;
}

Test(dump, TR_02_the_middle_of_a_deep_stack_is_left_out) {
    rdl_go(park_deep, RDL_CHAN(int, 0));
    dump_parked();
    /* innermost, 119 times descend, park_deep: 121 frames */
    cr_assert_eq(count_of("...21 frames elided...\n"), 1, "%s", text);
    cr_assert_eq(count_of("descend"), 49 + 49, "%s", text);
    cr_assert_eq(count_of("park_deep"), 1);
}

Test(dump, TR_02_both_ends_of_a_very_deep_stack) {
    rdl_go_with(&(rdl_go_options){.stack_bytes = 8 << 20}, park_very_deep, RDL_CHAN(int, 0));
    dump_parked();
    cr_assert_eq(count_of("...19903 frames elided...\n"), 1, "%s", text);
    cr_assert_eq(count_of("innermost"), 1);
    cr_assert_eq(count_of("park_very_deep"), 1);
}

static void dump_in_deferred(void *unused) {
    (void)unused;
    dump();
    returned++;
}

static void panic_with_dump(void *unused) {
    (void)unused;
    RDL_DEFER(dump_in_deferred, NULL);
    rdl_panic("x");
}

static void try_it(void *unused) {
    (void)unused;
    rdl_try(panic_with_dump, NULL, NULL);
    returned++;
}

/* What runs deferred, protected and once-only calls is the runtime's. */
Test(dump, TR_01_frames_of_the_runtime_are_left_out) {
    static rdl_once once;
    rdl_once_do(&once, try_it, NULL);
    const char *frames[] = {"dump_in_deferred", "panic_with_dump", "try_it"};
    for (size_t i = 0; i < 3; i++) {
        cr_assert_not_null(strstr(text, frames[i]), "%s", text);
    }
    cr_assert_null(strstr(text, "run_"), "%s", text);
    cr_assert_null(strstr(text, "raise"), "%s", text);
    cr_assert_null(strstr(text, "rdl_"), "%s", text);
}

/* -- SIGQUIT -- */

static void quit(void) {
    rdl_go(wait_on, NULL);
    let_others_park();
    raise(SIGQUIT);
}

static void yield_for_ever(void *unused) {
    (void)unused;
    for (;;) {
        rdl_yield();
    }
}

static void *yield_on_thread(void *unused) {
    yield_for_ever(unused);
    return unused;
}

static void quit_busy(void) {
    pthread_t thread;
    rdl_maxprocs(3);
    for (int i = 0; i < 3; i++) {
        rdl_go(yield_for_ever, NULL);
    }
    pthread_create(&thread, NULL, yield_on_thread, NULL);
    kill(getpid(), SIGQUIT);
    yield_for_ever(NULL);
}

Test(dump, TR_05_EX_01_quit_dumps_and_ends_with_2) {
    struct child c;
    signal(SIGQUIT, SIG_DFL);
    run_child(quit, &c);
    cr_assert(exited_with(&c, 2), "status %x: %s", (unsigned)c.status, c.text);
    cr_assert(begins_with(c.text, "SIGQUIT: quit\nPC=0x"), "%s", c.text);
    cr_assert_not_null(strstr(c.text, " sigcode="), "%s", c.text);
    cr_assert_not_null(strstr(c.text, "\n\ngoroutine 1 [running]:\n"), "%s", c.text);
    cr_assert_not_null(strstr(c.text, " [chan receive (nil chan)]:\n"), "%s", c.text);
    for (int i = 0; i < 10; i++) {
        run_child(quit_busy, &c);
        cr_assert(exited_with(&c, 2), "status %x: %s", (unsigned)c.status, c.text);
        cr_assert(begins_with(c.text, "SIGQUIT: quit\nPC=0x"), "%s", c.text);
    }
}

static void on_quit(int number) {
    (void)number;
    stage = 1;
}

static void own_handler(void) {
    signal(SIGQUIT, on_quit);
    rdl_yield();
    raise(SIGQUIT);
    _exit(stage == 1 ? 5 : 6);
}

static void ignored(void) {
    signal(SIGQUIT, SIG_IGN);
    rdl_yield();
    raise(SIGQUIT);
    _exit(7);
}

Test(dump, TR_05_a_handler_or_ignored_quit_stays) {
    struct child c;
    run_child(own_handler, &c);
    cr_assert(exited_with(&c, 5));
    run_child(ignored, &c);
    cr_assert(exited_with(&c, 7));
    cr_assert_str_empty(c.text);
}

/* -- beside others -- */

static void dump_often(void *unused) {
    (void)unused;
    FILE *file = fopen("/dev/null", "w");
    for (int i = 0; i < 20; i++) {
        rdl_dump(fileno(file));
        rdl_yield();
    }
    fclose(file);
}

static void exchange(void *ch) {
    for (int i = 0; i < 2000; i++) {
        rdl_send(ch, &i);
        rdl_recv(ch, NULL);
    }
}

Test(dump, TR_05_dumps_disturb_nobody) {
    rdl_waitgroup all = {0};
    rdl_chan *ch = RDL_CHAN(int, 3);
    for (int i = 0; i < 3; i++) {
        rdl_waitgroup_go(&all, exchange, ch);
        rdl_waitgroup_go(&all, dump_often, NULL);
    }
    rdl_waitgroup_wait(&all);
}
