/* test_scope.c - where does a test begin and end, and who is still there then? See test_scope.h. */
#include "instrument/test_scope.h"

#include "instrument/current.h"
#include "instrument/sys.h"

#include <time.h>

#define GRACE_NS       1000000000
#define PAUSE_FIRST_NS 20000
#define PAUSE_MOST_NS  20000000

/* A goroutine may go on on another thread after each pause: none of these keeps where `self` is beyond one. */
#define OUT_OF_LINE __attribute__((noinline))

static OUT_OF_LINE void begin(const char *name) {
    struct det_task *t = current_task();
    uint32_t was = guard_enter();
    det_test_begin(t, name);
    guard_leave(was);
}

static OUT_OF_LINE uint32_t end(void) {
    struct det_task *t = current_task();
    uint32_t was = guard_enter();
    uint32_t test = det_test_end(t);
    guard_leave(was);
    return test;
}

static OUT_OF_LINE bool has_left(uint32_t test) {
    struct det_task *t = current_task();
    uint32_t was = guard_enter();
    bool left = det_test_has_left(t, test);
    guard_leave(was);
    return left;
}

static OUT_OF_LINE void judge(uint32_t test) {
    struct det_task *t = current_task();
    uint32_t was = guard_enter();
    det_test_judge(t, test);
    guard_leave(was);
}

/* On a runtime's thread the runtime does it, which has others to run there. */
static OUT_OF_LINE void let_others_run(int64_t ns) {
    void (*pause)(int64_t) = __atomic_load_n(&front.pause, __ATOMIC_ACQUIRE);
    bool is_runtimes = self.task != NULL && (self.task != self.own || self.task == front.main_task);
    if (pause != NULL && is_runtimes) {
        pause(ns);
    } else {
        struct timespec span = {.tv_nsec = ns};
        SYS3(SYS_nanosleep, &span, NULL, 0);
    }
}

void test_scope_begin(const char *name) {
    if (front.on) {
        begin(name);
    }
}

void test_scope_end(void) {
    uint32_t test = front.on ? end() : 0;
    if (test == 0) {
        return;
    }
    int64_t end_ns = sys_clock_ns(CLOCK_MONOTONIC) + GRACE_NS;
    for (int64_t ns = PAUSE_FIRST_NS; has_left(test) && sys_clock_ns(CLOCK_MONOTONIC) < end_ns;
         ns = ns < PAUSE_MOST_NS ? ns * 2 : ns) {
        let_others_run(ns);
    }
    judge(test);
}
