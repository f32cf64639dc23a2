/* The memory of stacks comes back to the system, and stacks that were given back serve again. */
#include <criterion/criterion.h>

#include "test_runtime.h"

#define TASKS     4000
#define DEEP      ((size_t)32 << 10)
#define AGAIN     4
#define LOCKED    100
#define ALTERNATE ((size_t)256 << 10)
#define LONG      (60 * RDL_SECOND)

struct crowd {
    rdl_chan *gate;
    rdl_waitgroup deep, left;
};

/* Pages: of address space, and in memory. */
static void own_pages(size_t *space, size_t *resident) {
    FILE *f = fopen("/proc/self/statm", "r");
    cr_assert(f != NULL && fscanf(f, "%zu %zu", space, resident) == 2);
    fclose(f);
}

static size_t resident_bytes(void) {
    size_t space = 0, resident = 0;
    own_pages(&space, &resident);
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}

static size_t space_bytes(void) {
    size_t space = 0, resident = 0;
    own_pages(&space, &resident);
    return space * (size_t)sysconf(_SC_PAGESIZE);
}

__attribute__((noinline)) static void touch(void) {
    volatile char frame[DEEP];
    volatile char *volatile at = frame; /* unknown to compilers: they make the frame whole */
    for (size_t i = 0; i < DEEP; i += 1024) {
        at[i] = 1;
    }
}

static void touch_and_wait(void *arg) {
    struct crowd *c = arg;
    touch();
    rdl_waitgroup_done(&c->deep);
    rdl_recv(c->gate, NULL);
    rdl_waitgroup_done(&c->left);
}

/* Returns what was resident while all were there. */
static size_t come_and_go(void) {
    struct crowd c = {.gate = RDL_CHAN(int, 0)};
    rdl_waitgroup_add(&c.deep, TASKS);
    rdl_waitgroup_add(&c.left, TASKS);
    for (int i = 0; i < TASKS; i++) {
        rdl_go(touch_and_wait, &c);
    }
    rdl_waitgroup_wait(&c.deep);
    size_t bytes = resident_bytes();
    rdl_close(c.gate);
    rdl_waitgroup_wait(&c.left);
    rdl_chan_free(c.gate);
    return bytes;
}

static bool falls_below(size_t bytes, bool busy) {
    rdl_time start = rdl_now();
    while (resident_bytes() > bytes && rdl_now() - start < LONG) {
        if (busy) {
            rdl_yield();
        } else {
            rdl_sleep(10 * RDL_MILLISECOND);
        }
    }
    return resident_bytes() <= bytes;
}

/* before: what was resident before any of this. */
static void give_back(size_t before, bool busy) {
    size_t full = come_and_go();
    cr_assert_geq(full, before + TASKS * DEEP);
    cr_assert(falls_below(before + (full - before) / 2, busy), "%zu %zu %zu", before, full,
              resident_bytes());
}

Test(stacks, GR_29_memory_comes_back_while_nothing_runs) {
    give_back(resident_bytes(), false);
}

Test(stacks, GR_29_memory_comes_back_beside_work) {
    give_back(resident_bytes(), true);
}

/* A few may be cut anew, where workers keep some, and then a whole chunk is mapped; not all, each
 * time. */
Test(stacks, GR_29_given_back_and_used_again) {
    size_t before = resident_bytes();
    give_back(before, false);
    size_t space = space_bytes();
    for (int i = 0; i < AGAIN; i++) {
        give_back(before, false);
    }
    cr_assert_lt(space_bytes(), space + AGAIN * TASKS * ((size_t)128 << 10), "cut anew");
}

/* -- what a cold stack still is -- */

static int recurse(int n);
static int (*volatile once_more)(int n) = recurse; /* so that no compiler makes a loop of it */

static int recurse(int n) {
    volatile char frame[512];
    frame[0] = (char)n;
    return n < 0 ? 0 : once_more(n + 1) + frame[0];
}

static void overflow_one(void *arg) {
    bool last = false;
    rdl_recv(arg, &last);
    if (last) {
        recurse(0);
    }
}

static void overflow_later(void) {
    rdl_chan *gate = RDL_CHAN(bool, 0);
    bool last = false;
    give_back(resident_bytes(), false);
    for (int i = 0; i < TASKS; i++) {
        rdl_go(overflow_one, gate);
    }
    let_others_park();
    for (int i = 0; i < TASKS / 2; i++) { /* the warm ones were the first to be taken */
        rdl_send(gate, &last);
    }
    last = true;
    rdl_send(gate, &last);
    rdl_recv(NULL, NULL);
}

Test(stacks, GR_29_guarded_when_used_again) {
    struct child c;
    signal(SIGSEGV, SIG_DFL);
    run_child(overflow_later, &c);
    cr_assert(exited_with(&c, 2), "status %x: %s", (unsigned)c.status, c.text);
    cr_assert(strstr(c.text, "fatal error: stack overflow\n") != NULL, "%s", c.text);
}

/* -- threads -- */

static void end_locked(void *wg) {
    rdl_lock_thread();
    rdl_waitgroup_done(wg);
}

/* Each thread that ends gives back the stack on which it would have told of a crash. */
Test(stacks, GR_26_ended_threads_leave_nothing) {
    size_t before = 0;
    for (int i = 0; i < 2 * LOCKED; i++) {
        rdl_waitgroup wg = {0};
        before = i == LOCKED ? space_bytes() : before;
        rdl_waitgroup_add(&wg, 1);
        rdl_go(end_locked, &wg);
        rdl_waitgroup_wait(&wg);
        rdl_sleep(RDL_MILLISECOND);
    }
    cr_assert_lt(space_bytes(), before + LOCKED * ALTERNATE / 2);
}
