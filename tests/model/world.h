/* world.h - what is explored: a handful of processes on stacks of their own, one step at a time.
 *
 * Process  a task of the configuration, or the scheduler's part of a park (commit), which in reality
 *          goes on beside the task once somebody has woken it.
 * Step     one atomic operation, lock, unlock, futex call, park, ready. A process runs by itself up
 *          to its next step, tells what it will be, and stops; the search decides who takes his.
 *          What lies between two steps is plain memory, which races.h watches.
 * Thread   one; nothing here is concurrent. Every run from the same choices is the same run.
 */
#ifndef MODEL_WORLD_H
#define MODEL_WORLD_H

#include "runtime/rt.h"

#define PROCS_MAX 32 /* of one execution: tasks and parks */
#define TASKS_MAX 4
#define WATCH_MAX 4

enum op_kind {
    OP_LOAD,
    OP_STORE,
    OP_CHANGE, /* exchange, compare-and-swap, fetch-and-… */
    OP_LOCK,   /* possible while the lock is free */
    OP_UNLOCK,
    OP_WAIT,  /* rdl__os_wait: looks at the word, perhaps falls asleep */
    OP_WOKEN, /* possible once woken */
    OP_WAKE,
    OP_PARK,
    OP_READY,
    OP_RESUME, /* possible once readied */
    OP_RETRY,  /* after a pause: possible once somebody has written what was looked at */
    OP_AWAIT,  /* of configurations: possible once the task has parked */
    OP_CLOCK
};

struct op {
    enum op_kind kind;
    const void *object;
    uintptr_t pc;
    const void *watched[WATCH_MAX]; /* looked at as well */
    unsigned n_watched;
    bool is_swap; /* OP_CHANGE that changes nothing unless the word is as expected */
    uint64_t expected;
    size_t bytes;
};

struct held {
    const rdl__lock *lock;
    enum rdl__rank rank;
};

struct process {
    struct op pending;
    bool started, finished;
    bool may_block;    /* blocked at the end is no deadlock */
    struct task *task; /* NULL: the scheduler's part of a park */
    void (*body)(void);
    void (*commit)(struct task *t, void *arg);
    void *commit_arg;
    struct task *left;          /* whose commit it is */
    void *(*thread_fn)(void *); /* else: a thread that somebody started, with commit_arg */
    rdl__context context;

    bool parked, ready, has_parked;
    unsigned spurious;     /* wake-ups from nowhere that are left */
    const void *asleep_on; /* in rdl__os_wait */
    const void *passed;    /* the lock that OP_LOCK has just granted: its swap is no step */
    const void *releasing; /* the lock whose exchange comes next */

    /* What was looked at since the last pause, for OP_RETRY. */
    const void *seen[WATCH_MAX];
    unsigned n_seen;
    bool wrote;
    uint64_t round, round_before; /* signs of the steps since the last pause, and before it */
    bool spins_out;               /* looks again and again, and nobody comes between */
    int paused_at;                /* length of the log then */

    struct held held[16];
    unsigned n_held;
    struct rdl__thread thread; /* while it does not run */
    void *try_mark;
    const char *panic; /* what rdl__panic_text said last */
    const char *note;  /* of what the next step begins */
};

struct config {
    const char *name, *what;
    void (*setup)(void);
    void (*tasks[TASKS_MAX])(void);
    void (*check)(void); /* after an execution in which nobody can go on; NULL: nothing */
    unsigned may_block;  /* tasks, by bit */
    unsigned clock_jumps;
    unsigned spurious;    /* wake-ups from nowhere, of each process */
    unsigned cpus;        /* what rdl__rt.cpus says; 0: 1 */
    unsigned preemptions; /* not 0: too large to exhaust, explored up to so many */
};

extern struct process world_procs[PROCS_MAX];
extern unsigned world_n_procs;
extern struct process *world_self; /* who runs; NULL: the checker */

void world_reset(const struct config *config);

/* Runs p from its step to the next one, or to its end. */
void world_advance(struct process *p);

/* Runs what has been made since the last call up to its first step. */
void world_start_new(void);

bool world_is_enabled(const struct process *p);

/* The end of an execution: fails unless everybody ended who must. */
void world_end(void);

static inline unsigned world_index(const struct process *p) {
    return (unsigned)(p - world_procs);
}

/* -- for the hooks and the model's scheduler: by the running process -- */

/* The step that comes next; returns when the search has chosen it. */
void world_step(enum op_kind kind, const void *object, uintptr_t pc);

/* The same for a compare-and-swap. */
void world_step_swap(const void *object, size_t bytes, uint64_t expected, uintptr_t pc);

/* The same for a futex call: the queue of sleepers is an object of its own. */
void world_step_futex(enum op_kind kind, const void *word, uint32_t expected, uintptr_t pc);

/* Whether p's step, which is possible now, will change its object. */
bool world_will_change(const struct process *p);

/* One of n, by the search. */
unsigned world_choose(unsigned n);

/* A law is broken: ends this execution with a text and its schedule. */
_Noreturn void world_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

void world_pause(bool may_spin_out, uintptr_t pc);
struct process *world_spawn_commit(void (*commit)(struct task *, void *), void *arg);
/* A thread that calls fn(arg); it may be blocked at the end. */
void world_spawn_thread(void *(*fn)(void *), void *arg);

/* The running process does nothing more. */
_Noreturn void world_stop(void);

struct process *world_process_of(const struct task *t);
int64_t world_now(uintptr_t pc);

/* What is a deadline becomes due. */
void world_pass_time(void);

/* Waits, unseen by all, until the task with this number has parked. */
void world_await_parked(unsigned task);

/* Calls fn(arg). The text it panicked with, or NULL. */
const char *world_try(void (*fn)(void *), void *arg);
_Noreturn void world_panic(const char *text);

/* A name for messages: "task 1", "park of task 1". */
const char *world_name(const struct process *p);

/* A note of what the running task is about to do, for the schedule. */
void world_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Whether the laws hold of what the lock guards; called whenever it is about to be given up. */
extern bool (*world_on_unlock)(const rdl__lock *lock);

#endif
