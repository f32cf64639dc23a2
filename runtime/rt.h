/* rt.h - the state of the runtime: one root, and one block per thread.
 *
 * Everything writable at file scope is here (and the detector's table in emit.h). Each part says
 * what guards it. Functions take the part they use.
 */
#ifndef RDL__RT_H
#define RDL__RT_H

#include "runtime/lock.h"
#include "runtime/options.h"
#include "runtime/stack.h"
#include "runtime/task.h"

#define WORKERS_MAX         10000 /* threads that may run tasks [GR-24, TX-09] */
#define RING_SLOTS          256u
#define TASK_SLABS          24
#define ID_BATCH            16
#define BUDGET              1024 /* calls a task may make before it lets others run */
#define CACHE_LINE          64
#define WARM_STACKS         32
#define DEFAULT_STACK_BYTES ((size_t)256 << 10)

/* A worker may run tasks while it holds one of the `maxprocs` tokens: while it is RUNNING. */
enum worker_status {
    WORKER_RUNNING,
    WORKER_STUCK,    /* its token was taken away: its task computes, or blocks the thread */
    WORKER_BLOCKING, /* its task gave the token up, to block the thread */
    WORKER_ASLEEP,   /* in sched.idle, or sched.watcher */
    WORKER_TIED,     /* sleeps until the task that is locked to it is handed over */
    WORKER_GONE      /* its thread has ended, the slot may be used again */
};

enum worker_wake { WAKE_NOT, WAKE_GRANTED /* with a token */, WAKE_NUDGED /* look again */ };

/* One that runs tasks: its queue, and who sleeps in it. A worker is bound to one thread.
 * Law  head <= tail <= head + RING_SLOTS. tail and next are filled by the owner only, while it is
 *      RUNNING; head is moved by whoever takes. So the queue of a sleeping worker is empty. */
struct worker {
    _Alignas(CACHE_LINE) _Atomic uint32_t head;
    _Atomic uint32_t tail;
    _Atomic(struct task *) next; /* runs before the ring: the task readied last */
    _Atomic(struct task *) ring[RING_SLOTS];

    /* The owner's own; others may read tick. */
    _Alignas(CACHE_LINE) _Atomic uint32_t tick; /* steps of the scheduler */
    _Atomic uint32_t attention; /* not 0: something is to be looked at before the next task runs */
    uint32_t next_streak;       /* how often in a row `next` was taken */
    bool spinning;   /* counted in sched.n_spinning; of one that sleeps: written by who wakes it */
    bool watch_news; /* made something to be watched for that no sleeping worker knows of */
    bool ending;     /* its task ended while locked to it: the thread ends too [GR-26] */
    bool initial;    /* its thread is the process's first, which cannot end */
    unsigned index;
    int64_t now_ns;      /* the clock, when last read */
    struct task *picked; /* taken out of a queue, about to run here */
    struct task *tied;   /* locked to this worker: nobody else runs here [GR-25] */
    struct task *dead;   /* ended ones, to be used again */
    unsigned n_dead, n_warm;
    struct stack warm[WARM_STACKS]; /* of the default class, their pages in use a moment ago */
    uint64_t id_next, id_end;
    _Atomic int64_t n_tasks; /* made minus ended here; may be negative */

    /* Guarded by sched.lock; status and wake are read without it. */
    _Alignas(CACHE_LINE) _Atomic uint32_t wake; /* enum worker_wake */
    _Atomic uint32_t status;                    /* enum worker_status */
    struct worker *list_next;                   /* in idle, gone or to_start */
    struct task *handed;                        /* the tied task, to be run now */
    bool polls; /* sleeps in rdl__poll_run, where it can ready tasks: it does not count as asleep */
    struct rdl__thread *thread;

    /* Of the monitor alone. */
    uint32_t seen_tick;
    int64_t seen_ns;
};

struct rdl__sched {
    /* Read at every wake-up. */
    _Alignas(CACHE_LINE) _Atomic uint32_t n_running; /* tokens in use; written under lock */
    _Atomic uint32_t maxprocs;
    _Atomic uint32_t n_spinning;
    _Atomic uint32_t n_global;   /* written under lock */
    _Atomic uint32_t hold;       /* not 0: workers pick up nothing (dump, crash) */
    _Atomic(struct task *) only; /* ends the process: nobody else is picked up any more */

    _Alignas(CACHE_LINE) rdl__lock lock;
    struct task *global_head, *global_tail; /* lock */
    struct worker *watcher;      /* lock: sleeps until the next timer or ready descriptor */
    _Atomic bool polled;         /* written under lock: the watcher sleeps in the poller */
    int64_t watcher_deadline_ns; /* lock */
    struct worker *idle;         /* lock: stack of the other sleeping workers */
    struct worker *gone;         /* lock */
    struct worker *to_start;     /* lock: threads that the monitor is to make */
    uint32_t n_asleep;           /* lock: idle, watcher, tied and gone */
    int64_t retry_ns;            /* lock: no thread could be made; not before this again */
    bool monitor_sleeps;         /* lock */
    _Atomic uint32_t monitor_wake;
    _Atomic uint32_t monitor_state; /* enum monitor_state */
    _Atomic uint32_t n_workers;     /* written under lock; slots 0 .. n - 1 exist */
    _Atomic uint32_t n_threads;     /* of ours, the initial one included if it is a worker */
    struct stack initial_stack;     /* the scheduler's of the initial thread; constant */
    _Atomic int64_t polled_ns;      /* when somebody last asked the kernel for descriptors */
    _Atomic(struct worker *) workers[WORKERS_MAX];
};

struct timer_entry;
struct rdl__timers {
    _Alignas(CACHE_LINE) rdl__lock lock;
    struct timer_entry *heap;   /* lock */
    uint32_t n, capacity;       /* lock */
    _Atomic int64_t next_ns;    /* deadline of heap[0], INT64_MAX if none; written under lock */
    _Atomic uint32_t n_strong;  /* timers that will wake a task by themselves */
    _Atomic uint32_t n_awaited; /* pending timers on whose channel somebody waits */
};

struct stack_pool {
    struct free_stack *warm;
    struct cold_heap *cold;
    size_t n_warm;
    size_t n_idle;      /* the least n_warm in this period */
    size_t n_spare;     /* written by the monitor: warm stacks that are to become cold */
    uintptr_t cut, end; /* the rest of the current chunk */
    size_t chunk_bytes;
};

struct rdl__stacks {
    rdl__lock lock;
    _Atomic uint32_t real_guards;
    struct stack_pool classes[STACK_CLASSES]; /* lock */
    int64_t period_end_ns;                    /* the monitor's */
};

struct rdl__tasks {
    rdl__lock lock;
    struct task *slabs[TASK_SLABS]; /* lock; slab i holds SLAB_FIRST << i structs */
    _Atomic uint32_t n_cut; /* written under lock; structs handed out so far, by order of slabs */
    struct task *dead;      /* lock */
    _Atomic uint64_t next_id;
    _Atomic int64_t n_foreign; /* threads that are tasks, main included */
};

#define GRAVES 256
struct rdl__graveyard {
    rdl__lock lock;
    uint32_t n;
    rdl_chan *chans[GRAVES]; /* lock; freed, the latest ones */
};

#define CRASH_EXITING 0x80000000u /* exit was called before any crash */
struct rdl__dump_work;
struct rdl__crash {
    rdl__lock lock;
    struct rdl__dump_work *work;  /* lock */
    _Atomic uint32_t n;           /* crashes under way, and CRASH_EXITING */
    _Atomic uint32_t n_panicking; /* panics that nothing will recover, which run deferred calls */
};

#define FD_SLABS          22
#define FD_SLAB_FIRST_LOG 10
#define FD_SLAB_FIRST     (1u << FD_SLAB_FIRST_LOG)
struct rdl__fd;
struct rdl__polls {
    _Alignas(CACHE_LINE) rdl__lock lock; /* over making the instance */
    _Atomic bool open;                   /* from here on the two descriptors stand */
    int epoll_fd, wake_fd;
    _Atomic uint32_t interrupted; /* 1: wake_fd is readable, or about to be */
    _Atomic uint32_t occupied;    /* 1: a worker sleeps in the instance, or has not left it yet */
    _Atomic uint32_t n_waiting;   /* tasks in `IO wait`, and wishes for a signal [DL-03] */
    _Atomic(struct rdl__fd *) slabs[FD_SLABS]; /* slab i holds FD_SLAB_FIRST << i records */
};

#define SIGNALS 65 /* slot 0 is empty */
struct rdl__signal_watch;
struct sigaction;
struct rdl__signals {
    rdl__lock lock;
    struct rdl__signal_watch *watches[SIGNALS]; /* lock */
    struct sigaction *before; /* SIGNALS of them; while watched: the action that ours replaced */
    uintptr_t misuse_pc;      /* lock; who wished for a signal on a closed channel */
    _Atomic uint64_t pending; /* bit signo - 1: came, and is not delivered */
    _Atomic uint32_t n_channels;
};

#define HOOK_SLABS 24
struct ctx_hook;
struct rdl__contexts {
    rdl__lock lock;
    struct ctx_hook *unused;                      /* lock */
    _Atomic uint32_t n_cut;                       /* written under lock */
    _Atomic(struct ctx_hook *) slabs[HOOK_SLABS]; /* written under lock */
    _Atomic(rdl_chan *) closed;                   /* what contexts share that were done early */
};

struct rdl__rt {
    struct rdl__sched sched;
    struct rdl__timers timers;
    struct rdl__stacks stacks;
    struct rdl__tasks tasks;
    struct rdl__graveyard graveyard;
    struct rdl__crash crash;
    struct rdl__polls polls;
    struct rdl__signals signals;
    struct rdl__contexts contexts;
    _Atomic uint32_t state; /* enum rt_state */
    uint64_t seed;
    int pid; /* whose threads we know; a forked child has none of them */
    unsigned cpus;
    bool seeded; /* the schedule is to be repeated: seed= was given */
    uintptr_t main_stack_lo, main_stack_hi;
    unsigned default_class;
    unsigned foreign_key;   /* pthread key whose destructor ends a foreign task */
    _Atomic bool main_left; /* main called rdl_goexit */
};

enum rt_state { RT_COLD, RT_STARTING, RT_UP };

extern struct rdl__rt rdl__rt;

#ifdef RDL__DEBUG
/* Internal locks that a thread holds (lock.c). */
#define HELD_MAX 32
struct rdl__held {
    const rdl__lock *locks[HELD_MAX];
    unsigned char ranks[HELD_MAX];
    unsigned n;
};
#endif

/* What a thread knows. Reach it through rdl__arch_thread() only, and again after every park. */
struct rdl__thread {
    struct task *task;       /* who runs here; NULL: the scheduler */
    struct worker *worker;   /* NULL: a foreign thread */
    struct task *leaver;     /* has left for another, who does its commit; NULL: nobody */
    int *errno_at;           /* this thread's */
    rdl__context scheduler;  /* where the scheduler of this thread goes on */
    struct rdl__fiber fiber; /* the stack of the scheduler */
    void (*commit)(struct task *t, void *arg); /* what is to be done for the leaver */
    void *commit_arg;
    _Atomic uint32_t budget; /* the owner's; the monitor stores 1 */
    uint32_t crash_stage; /* crashes, one inside the other, that this thread tells; rdl_dump too */
    uint64_t random;
    bool is_monitor;
    void *alternate; /* the signal stack of a thread of the user's, if it is ours */
    struct rdl__exceptions *exceptions; /* the thread's own; NULL in a program without C++ */
#ifdef RDL__DEBUG
    struct rdl__held held;
#endif
};

extern _Thread_local struct rdl__thread rdl__this_thread;

/* Brings the runtime up; the first caller does it, others wait. */
void rdl__rt_start(void);

#endif
