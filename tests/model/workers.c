/* workers.c - the runtime's own scheduler below the switch: idle.c, look.c, worker.c and runq.c, with
 * workers that run tasks which are only lists of what they make ready.
 *
 * Checked    every task that was made ready runs exactly once, whoever sleeps meanwhile: no wake-up is
 *            lost; and the last worker to go to sleep says so, never an earlier one [DL-02].
 * Not here   timers, descriptors, the monitor, tied tasks, a choice of victims: there are none.
 */
#include <string.h>

#include "configs.h"
#include "races.h"
#include "runtime/crash.h"
#include "runtime/idle.h"
#include "runtime/limit.h"
#include "runtime/look.h"
#include "runtime/monitor.h"
#include "runtime/poll.h"
#include "runtime/runq.h"
#include "runtime/sched.h"
#include "runtime/timer.h"
#include "runtime/worker.h"

#define JOBS_MAX  8
#define MAKES_MAX 3

/* What a task does: makes others ready, by number; 0 is the first task. */
struct job {
    unsigned makes[MAKES_MAX];
    bool globally; /* as a thread of the user's does, or a worker that yields */
};

static struct {
    const struct job *jobs;
    unsigned n_jobs;
    struct task tasks[JOBS_MAX];
    int made[JOBS_MAX], ran[JOBS_MAX];
    bool judged;
    bool foreign; /* a thread of the user's lives: nothing is a deadlock for certain */
    struct worker *first;
} crew;

/* -- running -- */

static void make_ready(struct worker *w, unsigned i, bool globally) {
    struct task *t = &crew.tasks[i];
    crew.made[i]++;
    t->id = i + 1;
    if (w != NULL && !globally) {
        rdl__runq_put(w, t, true);
    } else {
        rdl__runq_put_global(t);
    }
    rdl__idle_wake_one();
}

static void run(struct worker *w, struct task *t) {
    unsigned i = (unsigned)(t - crew.tasks);
    const struct job *job = &crew.jobs[i];
    races_plain(&t->id, sizeof(t->id), false, 0);
    world_note("runs task %u", i);
    crew.ran[i]++;
    rdl__this_thread.task = t;
    for (unsigned k = 0; k < MAKES_MAX && job->makes[k] != 0; k++) {
        make_ready(w, job->makes[k], job->globally);
    }
    rdl__this_thread.task = NULL;
}

static _Noreturn void loop(struct worker *w) {
    rdl__this_thread.worker = w;
    rdl__this_thread.task = NULL;
    for (;;) {
        struct task *t = rdl__idle_find_work(w);
        rdl__idle_found_work(w);
        run(w, t);
    }
}

void *rdl__sched_worker_main(void *worker) {
    struct worker *w = worker;
    rdl__lock_acquire(&rdl__rt.sched.lock, RANK_SCHED);
    w->thread = &rdl__this_thread;
    rdl__lock_release(&rdl__rt.sched.lock);
    loop(w);
}

/* -- what happens -- */

static void setup_jobs(const struct job *jobs, unsigned n, unsigned procs) {
    memset(&crew, 0, sizeof(crew));
    crew.jobs = jobs;
    crew.n_jobs = n;
    rdl__rt.sched.maxprocs = procs;
    rdl__rt.sched.n_running = 1;
    crew.first = rdl__worker_new();
}

/* The initial thread runs task 0. */
static void initial(void) {
    crew.first->thread = &rdl__this_thread;
    rdl__this_thread.worker = crew.first;
    crew.made[0]++;
    run(crew.first, &crew.tasks[0]);
    loop(crew.first);
}

/* A thread of the user's makes the last task ready. */
static void foreign(void) {
    make_ready(NULL, crew.n_jobs - 1, true);
}

static void check(void) {
    for (unsigned i = 0; i < crew.n_jobs; i++) {
        if (crew.ran[i] != crew.made[i]) {
            world_fail("task %u was made ready %d times and ran %d times; everybody sleeps", i,
                       crew.made[i], crew.ran[i]);
        }
    }
    if (crew.judged == crew.foreign) {
        world_fail(crew.judged ? "judged, although a thread of the user's may wake somebody"
                               : "everybody sleeps, and nobody said so");
    }
}

_Noreturn void rdl__crash_deadlock(void) {
    crew.judged = true;
    for (unsigned i = 0; i < crew.n_jobs; i++) {
        if (crew.ran[i] != crew.made[i]) {
            world_fail("judged a deadlock although task %u is still to run", i);
        }
    }
    world_stop();
}

/* -- what there is not -- */

uint32_t rdl__sched_choose(uint32_t n) {
    (void)n;
    return 0;
}

void rdl__os_yield_thread(void) {
}

/* No time passes in the model: the next step is anybody's, as it is after a yield. */
void rdl__os_sleep(int64_t ns) {
    (void)ns;
}

bool rdl__os_thread(void *(*fn)(void *), void *arg) {
    world_spawn_thread(fn, arg);
    return true;
}

unsigned rdl__os_thread_count(void) {
    return rdl__rt.sched.n_threads + crew.foreign;
}

bool rdl__timer_run_due(struct worker *w) {
    (void)w;
    return false;
}

bool rdl__poll_is_awaited(void) {
    return false;
}

void rdl__monitor_rouse(void) {
}

bool rdl__monitor_start(void) {
    return false;
}

/* -- the configurations -- */

static const struct job one[] = {{{1}}, {{0}}};
static const struct job two[] = {{{1, 2}}, {{0}}, {{0}}};
static const struct job chain[] = {{{1}}, {{2}}, {{3}}, {{0}}};
static const struct job global[] = {{{1, 2}, .globally = true}, {{0}}, {{0}}};
static const struct job tree[] = {{{1, 2}}, {{3}}, {{4}}, {{0}}, {{0}}};

static void setup_one(void) {
    setup_jobs(one, 2, 2);
}

static void setup_two(void) {
    setup_jobs(two, 3, 2);
}

static void setup_two_one(void) {
    setup_jobs(two, 3, 1);
}

static void setup_two_three(void) {
    setup_jobs(two, 3, 3);
}

static void setup_chain(void) {
    setup_jobs(chain, 4, 2);
}

static void setup_global(void) {
    setup_jobs(global, 3, 2);
}

static void setup_tree(void) {
    setup_jobs(tree, 5, 2);
}

static const struct job foreign_one[] = {{{0}}, {{0}}};
static const struct job foreign_two[] = {{{1}}, {{0}}, {{0}}};

static void setup_foreign(void) {
    setup_jobs(foreign_one, 2, 2);
    crew.foreign = true;
}

static void setup_foreign_two(void) {
    setup_jobs(foreign_two, 3, 2);
    crew.foreign = true;
}

const struct config *const config_lists[] = {configs_workers, NULL};

const struct config configs_workers[] = {
    {"workers.one", "one task", setup_one, {initial}, check, 1},
    {"workers.two_one", "one token", setup_two_one, {initial}, check, 1},
    {"workers.two", "", setup_two, {initial}, check, 1, .preemptions = 2},
    {"workers.two_three", "three tokens", setup_two_three, {initial}, check, 1, .preemptions = 2},
    {"workers.chain", "", setup_chain, {initial}, check, 1, .preemptions = 2},
    {"workers.global", "", setup_global, {initial}, check, 1, .preemptions = 2},
    {"workers.tree", "", setup_tree, {initial}, check, 1, .preemptions = 2},
    {"workers.foreign", "", setup_foreign, {initial, foreign}, check, 1},
    {"workers.foreign_two", "", setup_foreign_two, {initial, foreign}, check, 1, .preemptions = 2},
    {"workers.spurious", "", setup_one, {initial}, check, 1, .spurious = 1, .preemptions = 2},
    {"workers.spurious_two", "", setup_two, {initial}, check, 1, .spurious = 1, .preemptions = 2},
    {.name = NULL}};
