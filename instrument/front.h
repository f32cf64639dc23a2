/* front.h - the state of this front-end: one per process, and one block per thread.
 *
 * Law of silence   While `front.on` is false nothing is reported and every interposed call is only
 *                  the real one.
 * Law of the guard The core runs for a thread only between event_enter and event_leave. A signal
 *                  handler that arrives in between is put off until the leave (signals.c); one that
 *                  cannot be finds `busy` and reports nothing, which is counted
 *                  (LIMIT_EVENTS_IN_HANDLER), for it bounds what we can have seen. No real call of
 *                  the program is made in between, but for the operation of an atomic hook.
 * Law of hiding    A thread with task NULL and hidden > 0 is watched by nobody: the runtime's own
 *                  code, threads that such code makes, our own COLD code.
 */
#ifndef RADDLE_INSTRUMENT_FRONT_H
#define RADDLE_INSTRUMENT_FRONT_H

#include "detector/core.h"
#include "instrument/arch/stack_pointer.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define HIDDEN      __attribute__((visibility("hidden")))
#define INTERPOSE   __attribute__((visibility("default")))
#define COLD        __attribute__((noinline, cold))
#define LIKELY(x)   __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* The return address into whoever called this function: the pc of events. */
#define CALLER_PC ((uintptr_t)__builtin_return_address(0))

/* Parts of the state below; each belongs to the file that is named. */
struct module_state { /* modules.c */
    uint32_t lock;
    size_t n;
    uintptr_t pool; /* see take() */
    size_t pool_left;
    struct module *module;            /* what is loaded. Owner: whoever holds the lock */
    struct code_ranges *instrumented; /* published with release: see modules.h */
    uintptr_t program_lo, program_hi; /* the executable's code */
    const struct r_debug *linker; /* the dynamic linker's list of libraries. Constant once set */
    size_t tls_bytes;             /* of thread-local variables below a thread's pointer */
};
#define THREAD_JOINED 256
struct start_state { /* thread.c. Owner: whoever holds the lock, but for the counters */
    uint32_t lock;
    uint32_t beginning; /* threads that we started and that have not said who they are */
    uint32_t waiters;   /* joiners and detachers that wait for one of those */
    uint64_t ever;      /* threads that we started */
    uint64_t joined
        [THREAD_JOINED]; /* numbers of threads, at their remainder; the later of two takes the place */
    struct thread_start *free;
};
struct watch_state { /* watch.c, which says how the two numbers are used */
    int alive;
    uint32_t wanted;
    uint32_t dumps;   /* somebody asked for one */
    uint32_t looking; /* a lock */
    char *stack;      /* of the watcher. Owner: who makes it */
    int64_t rest_ms;  /* between two looks at least, as a share of what they take */
};
struct stop_state {    /* stop.c. Owner: who looks, whose lock front.watcher.looking is */
    uint32_t answer;   /* enum stop_answer: the last */
    int never;         /* pid of the process that cannot be stopped at all */
    uint32_t turns;    /* odd while threads are, or may be, stopped: then they seem asleep */
    uint32_t stopping; /* a futex: see outside.h */
    char *memory;
    size_t bytes;
    bool asks_leave; /* who traces us must be named before */
    long named;      /* by the program itself: prctl(PR_SET_PTRACER) */
};
struct outside_slot { /* outside.c. Owner: the thread; read by who stops it */
    uint32_t thread;  /* 0: free */
    uint32_t calls, parts;
    uint32_t none;
    uintptr_t handlers_lo, handlers_hi; /* its stack for handlers (sigaltstack); 0: none */
    uint32_t unused[8];                 /* a line of its own */
};
struct outside_state {
    struct outside_slot *table; /* made once */
    struct outside_slot nobody; /* of threads that have none */
};
struct given_state { /* given.c */
    uintptr_t heap_lo;
    _Atomic uintptr_t *table; /* made once */
    uint32_t n;
    bool full;
};
struct coroutine_state { /* coroutine.c. Owner: whoever holds the lock */
    uint32_t lock;
    size_t n, room;
    struct coroutine *all;
};

struct benign_state { /* unchecked.c. Owner: whoever holds the lock, but for lookups */
    uint32_t lock;
    uint32_t n_parked;
    uintptr_t lo; /* [lo, lo + bytes) holds every benign byte */
    size_t bytes;
    struct benign_block *table; /* NULL: no mark so far */
    size_t blocks;
    struct parked_ignores *parked;
};

#define OPENMP_SITES 256u /* calls whose runtime is remembered */
#define OPENMP_PC    (((uint64_t)1 << 48) - 1)

struct openmp_state {             /* openmp.h */
    uint64_t keys;                /* the last given */
    uint64_t sites[OPENMP_SITES]; /* by the caller: its pc, and above it 1 + index of openmp_real */
    const void *modules[16];      /* whose each of openmp_real is. Owner: whoever holds the lock */
    uint32_t n_modules;
    bool events;            /* set by the first that is fulfilled */
    uint32_t lock;          /* of the next */
    struct dependent *free; /* ompt.c */
    uint32_t
        unnamed; /* by its address: the lock of such sections; so many threads are in one, or on the way */
    uint32_t atomics; /* likewise */
    void *tool[3];    /* what LLVM's runtime keeps of us: ompt.c */
    int (*task_memory)(void **start, size_t *bytes, int block); /* set once, when it starts */
};

#define TEST_NAME_BYTES 256

struct test_state {              /* test_name.c. Constant */
    char given[TEST_NAME_BYTES]; /* RADDLE_TEST_NAME */
    const void *criterion;       /* its variable that points to the test; NULL: another framework */
};

/* See callers.h. */
struct callers_state {
    bool can_walk;                /* without a lock */
    uintptr_t entry;              /* of the executable */
    uintptr_t stack_lo, stack_hi; /* of the initial thread */
};

/* The one root of writable state, beside `real` and the exported table, which are filled once. */
struct front_end {
    uint32_t begun;      /* of front_start: 0, 1 under way, 2 done */
    bool on;             /* set once, when the core has started */
    bool bare;           /* no RADDLE_FINDINGS: we made the file and report ourselves */
    bool finished;       /* the end was judged */
    uint32_t reporter;   /* the system's number of who runs the report tool; REPORTED: it has run */
    bool halts;          /* options.halt_on_error */
    uint64_t thread_ids; /* the last number given to a thread; main is 1 */
    int pid;             /* of the process that the findings file knows us as */
    int creator;         /* pid of the process that made the file */
    struct det_task *main_task;
    void (*settle)(void);                     /* see raddle_events.at_finish */
    bool (*is_awaited)(int fd);               /* see raddle_events.at_close; published once */
    bool (*is_quiet)(struct ev_quiet *quiet); /* at_quiet, likewise */
    void (*each_parked)(void (*see)(const struct ev_parked *task)); /* at_stop, likewise */
    const int *runtime_epoll;
    _Atomic(void (*)(void *)) made_ready; /* libstdc++'s (cxx_ready.c); the same for all */
    void (*pause)(int64_t ns);            /* at_pause, likewise */
    uint32_t moving;                      /* calls of realloc under way */
    uintptr_t self_offset;         /* of `self` from a thread's pointer, for who has none himself */
    struct memory_buffers *memory; /* memory.c; made once */
    uintptr_t quits, relays;       /* handlers of a runtime's: at_quiet, at_signal */
    int dump_signal;               /* options.dump_signal; 0: none */
    pthread_key_t ending;          /* its destructor tells that a thread ends */
    bool has_key;
    struct findings_file *findings;
    char findings_path[256];
    char findings_dir[64]; /* made for the file alone; empty: none */
    struct det_options options;
    struct module_state modules;
    struct start_state starts;
    struct watch_state watcher;
    struct stop_state stops;
    struct given_state given;
    struct outside_state outside;
    struct coroutine_state coroutines;
    struct benign_state benign;
    struct test_state test;
    struct openmp_state openmp;
    struct callers_state callers;
    bool knows_rooms;             /* malloc_usable_size is of the allocator that malloc is of */
    bool sandboxed;               /* see sandbox.c */
    bool has_file_locks;          /* one was taken: see filelock.h */
    int stream_first;             /* what libc counts at a stream's first level: streamlock.c */
    bool has_pipes;               /* or local sockets, made by this process: see io.h */
    bool shares_memory;           /* with a process that is none of our threads: exec.c */
    bool requeues;                /* whoever sleeps at a futex may be woken at another: futex.c */
    bool notifies;                /* a queue's messages may start a thread: ipc.c */
    bool annotated;               /* set by the first edge of annotations.c */
    bool has_fibers;              /* set by the first: see coroutine.c */
    struct jump_bucket *jumps;    /* jump.c; NULL: no memory for it */
    struct signal_table *signals; /* signals.c; likewise */
    int (*program_main)(int, char **, char **);
    char exe[4096];
    char tool[4096];     /* raddle-report, of a bare run; empty: there is none */
    char began_in[4096]; /* the directory, which paths in options are relative to; likewise */
    char preload[4096], findings_given[512]; /* the variables that a run set; empty: no run */
    char detector[4096];                     /* our own file, the first of LD_PRELOAD */
};
extern HIDDEN struct front_end front;

struct once_call {
    void (*routine)(void);
    void *control;
    uintptr_t pc; /* of the caller */
    bool waits;   /* as far as it was told */
};

#define THREAD_PUT_OFF 4 /* signals that may wait for the core at once */

/* THREAD_UNKNOWN: has not run yet, or was never told to us. THREAD_STRANGER: told of itself; nobody knows whether it is
 * detached, and its task ends when it does. */
enum thread_state {
    THREAD_UNKNOWN,
    THREAD_JOINABLE,
    THREAD_DETACHED,
    THREAD_OVER,
    THREAD_STRANGER
};

/* Ignore marks that are open, see unchecked.h. */
struct ignores {
    uint32_t any;   /* the sum of the others */
    uint32_t of[4]; /* by enum ignore_kind */
};

/* What this thread is doing. Owner: the thread; `own` and `state` are read by who joins it. */
struct thread_self {
    struct det_task *task; /* who runs here now */
    uint32_t busy;
    uint32_t hidden;
    struct ignores ignores; /* of task */
    struct det_task *own;   /* the task that the thread itself is; NULL: hidden */
    uint32_t state;         /* enum thread_state */
    uint64_t number;        /* of all threads ever; 0: never told to us */
    bool finding;           /* real_find is under way */
    uint32_t system_id;     /* the system's number of the thread; 0: not asked yet */
    uintptr_t waits_with;   /* the mutex of the condition's wait that begins */
    uint32_t set_hits;      /* reads found in sets */
    uint32_t dropped_calls; /* func_entry hooks that a handler could not report */
    struct det_task *dropped_task;
    bool fork_held;         /* what det_fork_before said, until det_fork_after */
    struct once_call *once; /* the pthread_once that has begun last */
    bool in_guard;          /* __cxa_guard_acquire was told to wait, and has not returned */
    uintptr_t omp_team;     /* the keys of the OpenMP team it is in; 0: none */
    uint32_t omp_barriers;  /* that it has left there */
    uint32_t omp_adds; /* see kmpc.c; OPENMP_ADDS: hidden meanwhile, and this task is to return: */
    struct det_task *omp_adder;
    uintptr_t alternate_lo; /* sigaltstack: see signals.c; 0 bytes: none */
    size_t alternate_bytes;
    struct outside_slot *outside; /* NULL: see outside_begin */
    uint32_t handled;             /* within the handler of a signal that could have come anywhere */
    uint32_t put_off;             /* signals in waiting: see signals.c */
    siginfo_t waiting[THREAD_PUT_OFF];
};
extern HIDDEN _Thread_local struct thread_self self __attribute__((tls_model("initial-exec")));

/* Finds out who runs here when task is NULL: a thread nobody told us of becomes a task. NULL: the
 * thread is hidden, or there is no detector. */
HIDDEN COLD struct det_task *current_adopt(void);
HIDDEN COLD void front_dropped(void);
HIDDEN enum det_handlers signals_handlers(bool by_runtime); /* host.handlers */
HIDDEN void signals_start(void);                            /* once, from front_start */
HIDDEN COLD void signals_deliver(void); /* sends again what was put off while busy */
HIDDEN COLD void front_found(void); /* halt_on_error: ends the process when something was found */

/* Relaxed: counters that are read when the process is over. */
static inline void count_up32(_Atomic uint32_t *counter) {
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

static inline void count_up64(_Atomic uint64_t *counter) {
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/* The guard by itself, for events whose task is known. Nests. */
static inline uint32_t guard_enter(void) {
    uint32_t was = self.busy;
    self.busy = 1;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    return was;
}

static inline void guard_leave(uint32_t was) {
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    self.busy = was;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (UNLIKELY(self.put_off != 0)) {
        signals_deliver();
    }
    if (UNLIKELY(front.halts) && was == 0) {
        front_found();
    }
}

/* Before an event that may need the path of t, who runs here: lets go of frames that a jump left. On
 * the alternate signal stack, which may lie anywhere, nothing is known of them. */
static inline void call_at(struct det_task *t, uintptr_t sp) {
    if (LIKELY(sp - self.alternate_lo >= self.alternate_bytes)) {
        hot_call_at(t, sp);
    }
}

/* The task to report for, or NULL: report nothing, and do not call event_leave. */
static inline struct det_task *event_enter(void) {
    struct det_task *t = self.task;
    if (UNLIKELY(t == NULL)) {
        t = current_adopt();
        if (t == NULL) {
            return NULL;
        }
    }
    if (UNLIKELY(self.busy != 0)) {
        front_dropped();
        return NULL;
    }
    self.busy = 1;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    call_at(t, FRAME_SP);
    return t;
}

static inline void event_leave(void) {
    guard_leave(0);
}

/* COLD code of ours runs: what it does is nobody's. Nests. */
static inline struct det_task *hide_enter(void) {
    struct det_task *t = self.task;
    self.task = NULL;
    self.hidden++;
    return t;
}

static inline void hide_leave(struct det_task *t) {
    self.hidden--;
    self.task = t;
}

/* A thread-local variable of the running thread, errno for instance, touched by a goroutine: the next
 * one on this thread may touch it too, and never at the same time. So it is nobody's [GR-31]. A
 * thread touches its own as itself. Error side: a variable that was handed to another thread. */
static inline bool is_carriers(uintptr_t addr) {
    return self.task != self.own &&
           (uintptr_t)__builtin_thread_pointer() - addr <= front.modules.tls_bytes;
}

/* The thread block of another thread, for which glibc's handle is the thread pointer. Law: only
 * for a thread that is joinable and not joined yet, whose memory therefore stays. */
static inline struct thread_self *thread_of(pthread_t handle) {
    return (struct thread_self *)((uintptr_t)handle +
                                  ((uintptr_t)&self - (uintptr_t)pthread_self()));
}

/* The stack of the calling thread. Zone: COLD, inside hide_enter. */
HIDDEN void front_stack(uintptr_t *lo, uintptr_t *hi);

/* The number that users see of a thread made now: 2 is the first beside main, as in gdb. */
static inline uint64_t front_thread_id(void) {
    return __atomic_add_fetch(&front.thread_ids, 1, __ATOMIC_RELAXED); /* only unique */
}

/* Starts everything, once; later calls cost one load. Any thread, any time. */
HIDDEN void front_start(int argc, char **argv, char **envp);

#endif
