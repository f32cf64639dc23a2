/* event.h - the one door between a program and the detector.
 *
 * Everything the detector learns arrives through this table; nothing else is shared. Two front-ends
 * fill it: the shim runtime (runtime/emit.h) and C/C++ programs on pthreads and C11 atomics
 * (instrument/). The header needs nothing but the three includes below, so that a third front-end
 * can use it without knowing the first two.
 *
 * Law of place   An event that publishes comes before the real operation; one that receives comes
 * after it. So the detector never knows an edge too late (a false alarm), and never one that did
 * not happen (a miss). Law of task    The task is an argument of every event; the detector never
 * asks which thread it runs on. Calls for one task never overlap, but may come from any thread: a
 * sender may acquire and release for a parked receiver. A NULL task is legal everywhere and means
 * "nobody we watch": the event is ignored. Law of pc      pc is a return address inside the user's
 * function that made the call: what a reader wants to see as the innermost frame. Frames above it
 * come from call_enter/call_exit. Sync keys      Synchronisation objects are named by the exact
 * address the front-end passes; two keys one byte apart are two objects. A key lives until
 * memory_forget, memory_new or object destroy covers it.
 */
#ifndef RADDLE_DETECTOR_EVENT_H
#define RADDLE_DETECTOR_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EV_VERSION         1u /* raised when a member changes meaning; new members only grow `bytes` */
#define EV_VERSION_DORMANT UINT32_MAX /* of a table that is empty: nothing is observed here */

/* One task: a goroutine or a thread. Owner: the detector, from task_create to task_end. */
struct det_task;

enum ev_task_kind {
    EV_TASK_MAIN,      /* the initial thread of the process, before and inside main */
    EV_TASK_GOROUTINE, /* a task of the shim runtime */
    EV_TASK_THREAD,    /* a pthread or C11 thread */
};

enum ev_task_note {
    EV_NOTE_NAME,   /* text is the task's name, copied */
    EV_NOTE_DAEMON, /* blocked at exit is no leak; text is ignored */
    EV_NOTE_RELAY   /* acts only for a signal that comes (at_signal); text is ignored */
};

/* Bits of an access. A plain read is 0. */
enum ev_access {
    EV_READ = 0,
    EV_WRITE = 1,
    EV_ATOMIC = 2,   /* never races with another atomic access */
    EV_FREE = 4,     /* the write that free() is [HB-M-06] */
    EV_SYNC = 8,     /* an access to a primitive itself: send, close, waitgroup, lock [RP-01..08] */
    EV_VOLATILE = 16 /* no edge, no atomicity [HB-C11-05]; only reports tell it apart */
};

/* Memory orders, the numbers of C11's memory_order. */
enum ev_order { EV_RELAXED, EV_CONSUME, EV_ACQUIRE, EV_RELEASE, EV_ACQ_REL, EV_SEQ_CST };

/* What an atomic operation did, for atomic_end. */
enum ev_atomic { EV_LOAD, EV_STORE, EV_RMW, EV_CAS_FAILED };

enum ev_lock_mode {
    EV_LOCK_WRITE = 0,
    EV_LOCK_READ = 1,
    EV_LOCK_TRY = 2,            /* taken by a try form: no source of lock-order edges */
    EV_LOCK_TIMED = 4,          /* taken by a timed form: likewise */
    EV_LOCK_RECOVERS = 8,       /* a robust one: who waits for it gets it when its holder ends */
    EV_LOCK_SHARED = 16,        /* of a lock that can be taken for reading, too */
    EV_LOCK_WRITERS_FIRST = 32, /* to read, of a lock at which a writer that waits goes first */
    /* What of the system's it is, so that the front-end can look at it. None: of somebody else's */
    EV_LOCK_IS_MUTEX = 256,
    EV_LOCK_IS_RWLOCK = 512,
    EV_LOCK_IS_SPIN = 1024,
    EV_LOCK_WAITS = 2048, /* let go to wait on a condition variable */
    /* A once, whose routine is about to run, or has run: who waits for it waits for that task. Else it is no
     * lock, and orders no others. */
    EV_LOCK_ONCE = 4096
};

/* X(name, text): text is what a report or a dump calls the kind. */
#define EV_OBJECT_KINDS(X)                                                                         \
    X(CHAN, "channel")                                                                             \
    X(MUTEX, "mutex")                                                                              \
    X(RWMUTEX, "rwmutex")                                                                          \
    X(WAITGROUP, "waitgroup")                                                                      \
    X(ONCE, "once")                                                                                \
    X(COND, "condition variable")                                                                  \
    X(SEMAPHORE, "semaphore")                                                                      \
    X(BARRIER, "barrier")                                                                          \
    X(TIMER, "timer")                                                                              \
    X(THREAD, "thread")                                                                            \
    X(USER, "object")                                                                              \
    X(SPINLOCK, "spin lock") /* of this process alone */                                           \
    X(CONTEXT, "context")    /* that can be cancelled, and is not done */                          \
    X(DONE_CONTEXT, "context that is done")                                                        \
    X(ROBUST_MUTEX, "mutex") /* that is robust, and of this process alone */                       \
    X(STREAM, "stream")                                                                            \
    X(SECTION, "critical section")                                                                 \
    X(ERRGROUP, "errgroup") /* whose context nobody has ended */

/* X(name, text): why a task is parked; the texts are those of SEMANTICS TR-04. */
#define EV_WAIT_KINDS(X)                                                                           \
    X(CHAN_SEND, "chan send")                                                                      \
    X(CHAN_RECEIVE, "chan receive")                                                                \
    X(CHAN_SEND_NIL, "chan send (nil chan)")                                                       \
    X(CHAN_RECEIVE_NIL, "chan receive (nil chan)")                                                 \
    X(SELECT, "select")                                                                            \
    X(SELECT_NO_CASES, "select (no cases)")                                                        \
    X(SELECT_NIL, "select") /* all of whose channels are NULL */                                   \
    X(SLEEP, "sleep")                                                                              \
    X(MUTEX, "sync.Mutex.Lock")                                                                    \
    X(RWMUTEX_READ, "sync.RWMutex.RLock")                                                          \
    X(RWMUTEX_WRITE, "sync.RWMutex.Lock")                                                          \
    X(WAITGROUP, "sync.WaitGroup.Wait")                                                            \
    X(COND, "sync.Cond.Wait")                                                                      \
    X(SEMAPHORE, "semacquire")                                                                     \
    X(IO, "IO wait")                                                                               \
    X(PANIC, "panicwait")                                                                          \
    X(ONCE, "sync.Mutex.Lock") /* as Go calls it */                                                \
    X(PTHREAD_MUTEX, "pthread_mutex_lock")                                                         \
    X(PTHREAD_COND, "pthread_cond_wait")                                                           \
    X(PTHREAD_SEMAPHORE, "sem_wait")                                                               \
    X(PTHREAD_JOIN, "pthread_join")                                                                \
    X(PTHREAD_RWLOCK_READ, "pthread_rwlock_rdlock")                                                \
    X(PTHREAD_RWLOCK_WRITE, "pthread_rwlock_wrlock")                                               \
    X(PTHREAD_SPIN, "pthread_spin_lock")                                                           \
    X(PTHREAD_BARRIER, "pthread_barrier_wait")                                                     \
    X(PTHREAD_ONCE, "pthread_once")                                                                \
    X(CXA_GUARD, "__cxa_guard_acquire") /* of a C++ variable that is static in a function */       \
    X(PTHREAD_COND_MUTEX,                                                                          \
      "pthread_cond_wait") /* the mutex that it needs to come back: told by reports alone */       \
    X(PTHREAD_COND_DESTROY, "pthread_cond_destroy") /* for those who wait there to leave */        \
    X(FUTEX, "futex") /* by number: also of futures, latches, C++'s semaphores, atomic waits */    \
    X(FLOCKFILE, "flockfile")                                                                      \
    X(OMP_LOCK, "omp_set_lock")                                                                    \
    X(OMP_NEST_LOCK, "omp_set_nest_lock")                                                          \
    X(OMP_CRITICAL, "omp critical")

enum ev_object_kind {
#define X(name, text) EV_OBJECT_##name,
    EV_OBJECT_KINDS(X)
#undef X
};

enum ev_wait_kind {
#define X(name, text) EV_WAIT_##name,
    EV_WAIT_KINDS(X)
#undef X
};

/* Why a task is about to block, for wait_begin. Borrowed for the call; the detector copies at most
 * EV_WAIT_OBJECTS_KEPT objects and counts the rest. */
#define EV_WAIT_OBJECTS_KEPT 4
struct ev_wait {
    enum ev_wait_kind kind;
    uint32_t n_objects;
    const uintptr_t *objects; /* what it waits on: channels, the lock, the waitgroup */
    int64_t deadline_ns;      /* monotonic; 0: none */
    /* Holds true while time will end the wait, though by another task's hand, or a timer's that may be stopped;
     * stays readable as long as the wait goes on. NULL: nothing does. */
    const bool *by_time;
    const struct det_task
        *waker; /* who could end it, where that is one task (a lock's owner); else NULL */
};

/* A lock that a task has just taken, or is about to let go. Borrowed for the call. */
struct ev_lock {
    uintptr_t lock;    /* its key: what unlocking publishes into and locking receives from */
    uintptr_t readers; /* key that readers publish into and writers receive from too; 0: none */
    size_t size;       /* bytes that the operation touches from `lock` on [RP-08] */
    uint32_t mode;     /* enum ev_lock_mode bits */
    uintptr_t pc;
};

/* What is done to an object. */
enum ev_use { EV_USE_LOCK, EV_USE_UNLOCK, EV_USE_ADD, EV_USE_DONE, EV_USE_WAIT };

/* An object that was copied, or moved, while it was in use: its bytes say so, and where it was then. Borrowed for
 * the call. */
struct ev_copy {
    uintptr_t object, original;
    uintptr_t keeps; /* where the original keeps its own address, at rest, too; 0: nowhere */
    enum ev_object_kind kind;
    enum ev_use use; /* of the copy, now */
    uintptr_t pc;
};

/* Of a runtime in which nothing is under way that could ready a task: no timer, descriptor or signal. */
struct ev_quiet {
    uint32_t threads; /* of its own */
    uint32_t awake;   /* those that run a task, or look for one */
    bool has_initial; /* the process' initial thread is one of them */
};

/* A task of a runtime, while every thread of the process is stopped. */
struct ev_parked {
    struct det_task *task;
    bool parked; /* and nobody has decided to ready it; false: it runs, or will */
    bool runs;   /* on a thread: sp is not its stack pointer, but may lie above it */
    uintptr_t stack_lo, stack_hi; /* 0: the stack of its thread */
    uintptr_t sp;
    uintptr_t own_lo, own_hi; /* what the runtime keeps of it: its function's argument is there */
    uintptr_t
        idle_word; /* task NULL: a thread of its own that sleeps here, or in a poller, has nothing in hand */
};

enum ev_defect {
    EV_DEFECT_PANIC,    /* an unrecovered panic; text is its message */
    EV_DEFECT_DEADLOCK, /* no task can ever run again; the tasks are those inside a wait */
    EV_DEFECT_MISUSE    /* an operation that is wrong by itself; text says which */
};

/* A loaded executable or library. Borrowed for the call; the detector copies what it keeps. */
struct ev_module {
    uintptr_t bias;          /* load address minus ELF address */
    uintptr_t lo, hi;        /* [lo, hi) covers every PT_LOAD segment */
    const char *path;        /* absolute */
    const uint8_t *build_id; /* NULL when the file has none */
    uint32_t build_id_bytes;
    bool instrumented; /* carries our hooks */
    /* Its thread-local variables: how far below each thread's pointer they begin, and bytes; 0: none, or not at
     * one place in all threads, as those of what is loaded later. */
    uintptr_t storage_below, storage_bytes;
};

/* Of a channel, at which byte operations read the object itself: sends here, receives and closes there; looks at
 * its length at neither. */
#define EV_CHAN_SENDS  120u
#define EV_CHAN_OTHERS 128u

/* Keys of kernel objects, for the edges of I/O [HB-IO-01]: above every address of the program. To each
 * is added the number that the kernel gives the object; all local sockets share one key. */
#define EV_IO_PIPE    ((uintptr_t)1 << 60)
#define EV_IO_COUNTER ((uintptr_t)2 << 60)
#define EV_IO_LOCAL   ((uintptr_t)3 << 60)
#define EV_IO_FILE    ((uintptr_t)4 << 60) /* with locks of its own */

/* The table. Owner: the detector, for the life of the process. Every member may be called from any
 * thread. */
struct raddle_events {
    uint32_t version; /* EV_VERSION */
    uint32_t bytes;   /* sizeof(struct raddle_events) of whoever made the table */

    /* -- tasks: HB-GR, HB-PT-01 -- */

    /* A new task; everything parent did so far happens before it. parent may be NULL. id is the
     * number users see. */
    struct det_task *(*task_create)(struct det_task *parent, enum ev_task_kind kind, uint64_t id,
                                    uintptr_t pc);
    /* It starts running on [stack_lo, stack_hi): the history of earlier lives of that memory is
     * forgotten. */
    void (*task_begin)(struct det_task *t, uintptr_t stack_lo, uintptr_t stack_hi);
    /* It is over; orders nothing [HB-GR-03]. The handle is dead when this returns. */
    void (*task_end)(struct det_task *t);
    void (*task_note)(struct det_task *t, enum ev_task_note note, const char *text);

    /* -- edges: HB-M-03. sync is a key, see above -- */
    void (*acquire)(struct det_task *t, uintptr_t sync);       /* ACQ:  V(t) |= x */
    void (*release)(struct det_task *t, uintptr_t sync);       /* SET:  x := V(t) */
    void (*release_merge)(struct det_task *t, uintptr_t sync); /* REL:  x |= V(t) */
    void (*release_acquire)(struct det_task *t,
                            uintptr_t sync); /* SWAP: x := V(t) as it was; V(t) |= old x */

    /* -- memory -- */

    /* t touches [addr, addr + size); access is a set of enum ev_access bits. */
    void (*access)(struct det_task *t, uintptr_t addr, size_t size, uint32_t access, uintptr_t pc);
    /* An atomic operation is begin, the real operation, end: begin keeps other atomics on addr out,
     * so that the value and the clock move as one step. The state it returns goes to end. order is
     * the effective one. */
    uintptr_t (*atomic_begin)(struct det_task *t, uintptr_t addr, size_t size, uint32_t access,
                              uintptr_t pc);
    void (*atomic_end)(struct det_task *t, uintptr_t state, uintptr_t addr, enum ev_atomic did,
                       enum ev_order order);
    void (*fence)(struct det_task *t, enum ev_order order);
    /* A heap block is born: accesses of earlier lives are forgotten. Called after the allocation.
     */
    void (*memory_new)(struct det_task *t, uintptr_t addr, size_t size, uintptr_t pc);
    /* A heap block dies: a write to all of it. Called before the real free. */
    void (*memory_free)(struct det_task *t, uintptr_t addr, uintptr_t pc);
    /* Unmapped, remapped or reused without an allocation: history and sync objects of the range are
     * dropped. */
    void (*memory_forget)(uintptr_t addr, size_t size);

    /* -- calls: the shadow stack of t -- */
    void (*call_enter)(struct det_task *t, uintptr_t pc); /* pc: return address into the caller */
    void (*call_exit)(struct det_task *t);
    uint32_t (*call_depth)(const struct det_task *t); /* frames on it now */
    void (*call_unwind)(struct det_task *t,
                        uint32_t to_depth); /* longjmp, panic: drop frames above to_depth */

    /* -- locks, objects, waits: no edge of their own -- */
    void (*lock_acquired)(struct det_task *t, uintptr_t lock, uint32_t mode, uintptr_t pc);
    void (*lock_released)(struct det_task *t, uintptr_t lock, uint32_t mode);
    void (*object_new)(struct det_task *t, enum ev_object_kind kind, uintptr_t addr, size_t size,
                       uintptr_t pc);
    void (*object_destroy)(struct det_task *t, uintptr_t addr, size_t size);
    void (*object_name)(uintptr_t addr, const char *name); /* name is copied */
    void (*wait_begin)(struct det_task *t, const struct ev_wait *wait, uintptr_t pc);
    void (*wait_end)(struct det_task *t);

    /* -- the process -- */
    void (*defect)(struct det_task *t, enum ev_defect defect, const char *text, uintptr_t pc);
    void (*module_load)(const struct ev_module *module);
    void (*module_unload)(uintptr_t lo);
    void (*fork_child)(struct det_task *t,
                       int pid); /* only t lives on; what the parent found stays the parent's */
    void (*finish)(struct det_task *t,
                   int status); /* main returned or exit was called; judged once */

    /* -- filled by instrument/, not by the core: who runs on this thread -- */

    /* The current thread now runs t; NULL: the runtime's own code, which nobody watches. Cost: two
     * stores. */
    void (*task_switch)(struct det_task *t);
    /* The task of the current thread; makes one for a thread we have not seen. Never switches. */
    struct det_task *(*task_current)(void);
    /* settle is called once, on the thread that ends the process, when main has returned or exit
     * was called and before finish judges. A runtime lets its tasks run on until each is parked,
     * within a bound: a schedule in which main came to its end a little later, and the one in which
     * "blocked at exit" does not depend on who was quicker. */
    void (*at_finish)(void (*settle)(void));
    /* Tells whether a task waits for a descriptor; asked when the program calls close(2), which does
     * not wake it: misuse. */
    void (*at_close)(bool (*is_awaited)(int fd));

    /* -- locks, whole: each as cheap as one of the events that it stands for -- */

    /* access (an atomic write, EV_SYNC), acquire and lock_acquired, when the lock is t's. */
    void (*lock_taken)(struct det_task *t, const struct ev_lock *lock);
    /* access, lock_released and release_merge, before it is let go. */
    void (*lock_leaving)(struct det_task *t, const struct ev_lock *lock);

    /* a and b, one of them parked, hand something over without a place in between: what each did so far
     * happens before what the other does next [HB-CH-04 MEET]. */
    void (*meet)(struct det_task *a, struct det_task *b);

    /* -- filled by instrument/ likewise: deadlocks beside threads that are not the runtime's -- */

    /* is_quiet tells what the runtime's own threads do; false: they may ready a task, or are about to change.
     * Asked on a thread that has neither a task nor thread-local storage of its own; must not wait.
     * quits: the address of a handler of signals that only ever ends the process. */
    void (*at_quiet)(bool (*is_quiet)(struct ev_quiet *quiet), uintptr_t quits);
    /* t, which has just begun to wait, does so on this thread, which is not the runtime's. */
    void (*waits_itself)(struct det_task *t);
    /* The runtime has become quiet: who waits beside it may be stuck. */
    void (*look)(void);

    /* -- filled by instrument/ likewise: what can be reached by those who run -- */

    /* [addr, addr + size) is memory of the runtime's, for ever, that holds nothing of the program's but stacks,
     * and what each_parked tells of. */
    void (*own_memory)(uintptr_t addr, size_t size);
    /* each_parked shows every task there is. Asked while all other threads of the process are stopped, wherever
     * they were: it takes no lock. *epoll: the descriptor, once it is not 0, at which the runtime's threads alone
     * sleep; that they are interrupted there is no news to them. */
    void (*at_stop)(void (*each_parked)(void (*see)(const struct ev_parked *task)),
                    const int *epoll);

    /* -- filled by instrument/ likewise: the end of a test -- */

    /* pause is called by a task of the runtime's, and lets so much time go by in which others run. */
    void (*at_pause)(void (*pause)(int64_t ns));

    /* -- conditions: no edge of their own [HB-CV-01], but what orders locks may be one -- */

    /* t signals or broadcasts, whether somebody waits or not. */
    void (*condition_signals)(struct det_task *t);
    /* t has waited, and holds the condition's lock again. (It let it go with EV_LOCK_WAITS.) */
    void (*condition_waited)(struct det_task *t, uintptr_t lock);

    /* -- filled by instrument/ likewise: signals -- */

    /* The handler only hands signals to the runtime, which is not quiet (at_quiet) while one of them could wake
     * somebody. */
    void (*at_signal)(uintptr_t handler);

    /* -- misuse that the object itself shows -- */

    /* t uses the copy of an object, if there is, or was, an original: else what lies there is anything. */
    void (*copy_used)(struct det_task *t, const struct ev_copy *copy);
};

/* The symbol a runtime looks up once: dlsym(RTLD_DEFAULT, RADDLE_EVENTS_SYMBOL), a `const struct
 * raddle_events`. */
#define RADDLE_EVENTS_SYMBOL "raddle_detector_events"
/* A function of a detector: void (void). Called by who looks for it before main, perhaps before its own constructors
 * have run, and the table is complete when it returns. */
#define RADDLE_BEGIN_SYMBOL "raddle_detector_module"

#endif
