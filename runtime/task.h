/* task.h - a task: what is known of one goroutine or of one thread of the user's.
 *
 * Life     made by rdl__task_new (goroutine), or found at the first call (main, foreign threads).
 *          The struct and its stack go back to a pool and are used again; the memory of a
 *          struct task never leaves the runtime, so a late look at a dead task reads a task.
 * Owner    the thread that runs it; while it is parked, whoever was told to wake it.
 */
#ifndef RDL__TASK_H
#define RDL__TASK_H

#include "runtime/arch/arch.h"
#include "runtime/emit.h"
#include "runtime/lock.h"
#include "runtime/sanitizer.h"
#include "runtime/stack.h"

#include <raddle.h>

struct rdl__panic;
struct rdl__try;

enum task_state {
    TASK_DEAD,     /* in the pool */
    TASK_RUNNABLE, /* in a queue, or about to be */
    TASK_RUNNING,
    TASK_PARKED,
    TASK_BLOCKING, /* runs, but blocks its thread: in a system call, as far as we know */
};

enum task_kind { TASK_GOROUTINE, TASK_MAIN, TASK_FOREIGN };

/* Whether somebody has already decided which case of a select runs. */
enum claim { CLAIM_NONE, CLAIM_OPEN, CLAIM_TAKEN };

#define TASK_NAME_BYTES  32
#define CACHE_LINE_BYTES 64

/* What C++ keeps of each thread: the exceptions being handled, and how many are under way; the
 * layout is fixed by the Itanium C++ ABI, 2.2.2. A task may park inside a catch block. */
struct rdl__exceptions {
    void *caught;
    unsigned uncaught;
};

/* The panic that the task recovered last: an rdl_panic that follows in the frame that had called
 * rdl_try, or below it, shows it as `[recovered]` (panic.c). */
struct rdl__recovered {
    const rdl_panic_info *info; /* where it was put; NULL: none */
    uintptr_t sp;               /* of the frame that recovered it */
    uint64_t hash;              /* of its message: whether *info still holds it */
};

#define TASK_ARG_BYTES 64 /* a copied argument of this size needs no memory of its own */

struct task {
    /* What a spawn, a switch and an end touch. */
    _Alignas(CACHE_LINE_BYTES) rdl__context context; /* valid when started, unless the task runs */
    struct task *next;                               /* in a run queue, a batch or the pool */
    _Atomic uint32_t state;
    uint8_t kind;
    bool started; /* has a stack; fn has been entered, or is about to be */
    bool daemon;  /* blocked at exit is no leak */
    bool copied;  /* arg is ours to free */
    bool renders; /* inside rdl_panic's printf */
    uint8_t stack_class;
    int saved_errno;
    void (*fn)(void *);
    void *arg;
    uint64_t id;
    struct worker *home; /* the only one that may run it, NULL: any; own */

    struct stack stack;          /* taken when the task first runs */
    struct rdl__fiber fiber;     /* of that stack */
    struct rdl__control control; /* what it begins with: its creator's */
    uint32_t locked;             /* calls that keep it at home; not 0: home is set */
    uint64_t creator_id;
    uintptr_t creator_pc;
    struct det_task *det;

    /* Deferred calls, panics under way, protected calls: newest first (panic.h). */
    rdl__defer *defers;
    struct rdl__panic *panics;
    struct rdl__try *tries;
    struct rdl__recovered recovered;
    uint32_t blocking; /* calls of rdl__sched_block_begin under way */

    /* While parked: why, since when, and where the user's call was. */
    enum ev_wait_kind wait_kind;
    int64_t parked_ns;
    uintptr_t pc;

    /* select: one atomic decision, and the lock over its waiters' links (chan.h). */
    _Atomic uint32_t claim;
    rdl__lock link_lock;
    struct waiter *woken_by; /* the waiter that was served, NULL: the time-out */

    /* A foreign thread sleeps on this; 1: woken. */
    _Atomic uint32_t foreign_wake;

    struct rdl__exceptions exceptions; /* while it does not run */
    char name[TASK_NAME_BYTES];
    _Alignas(16) unsigned char arg_bytes[TASK_ARG_BYTES];
};

/* The calling task; found or made at a thread's first call. */
struct task *rdl__task_self(void);

/* A goroutine that will run fn(arg), not yet in a queue. copy_bytes != 0: arg is copied. */
struct task *rdl__task_new(struct task *creator, const rdl_go_options *options, void (*fn)(void *),
                           void *arg, uintptr_t pc);

/* Gives a task that is about to run for the first time its stack. */
void rdl__task_prepare(struct task *t, struct worker *w);

/* Gives up what belongs to the function of a task, which has returned. */
void rdl__task_release(struct task *self);

/* The end of self, when its function has returned or rdl_goexit has run what was deferred. */
_Noreturn void rdl__task_end(struct task *self);

/* Gives a task that has ended, and is on no stack any more, back to the pool. */
void rdl__task_free(struct task *t);

void rdl__task_set_name(struct task *t, const char *name);

/* Every struct task there is, dead ones included: calls visit for each. */
void rdl__task_each(void (*visit)(struct task *t, void *arg), void *arg);

/* Tasks that have begun to exist and have not ended, threads included. */
size_t rdl__task_count(void);

/* The calling thread is a task from now on: main or a thread of the user's. */
struct task *rdl__task_adopt(enum task_kind kind);

#endif
