/* detector.h - starting the detector: what it needs from its host, and what it gives back.
 *
 * The core below this header uses no libc, no thread-local storage and no operating system: all it
 * needs comes through struct det_host. instrument/host.c fills it for a preloaded process, the
 * tests fill it with plain functions.
 */
#ifndef RADDLE_DETECTOR_DETECTOR_H
#define RADDLE_DETECTOR_DETECTOR_H

#include "detector/event.h"
#include "detector/findings.h"

enum det_sleep { DET_AWAKE, DET_ASLEEP, DET_CANNOT_TELL };

/* Those that wait in the system's futex. */
struct det_threads {
    uint32_t n;          /* threads of the program, and the initial one */
    uint32_t goroutines; /* on threads of a runtime */
    bool initial;        /* the initial one is among the first, */
    bool initial_sleeps; /* and not parked by a runtime */
};

/* A thread that was stopped, by us or by itself. */
struct det_stopped {
    uint32_t thread; /* the system's number */
    bool asleep;     /* in the system's futex, and was not woken; word: at which address */
    bool resumed;    /* in the rest of a wait that was interrupted: if of a futex, at `word` */
    bool polls;      /* in a runtime's poller */
    uintptr_t word;
    uintptr_t sp;
    uintptr_t handlers_lo, handlers_hi; /* its stack for handlers of signals; equal: none */
    uintptr_t tls_lo, tls_hi;           /* its thread-local variables; 0: not known */
    uintptr_t own_lo, own_hi;           /* the detector's among them */
    const uint64_t *registers; /* NULL: it sleeps in a call that has put them on the stack */
    size_t n_registers;
    const uint64_t *vectors; /* NULL: nothing is in them */
    size_t n_vectors;
};

enum det_handlers {
    DET_HANDLERS_NONE,
    DET_HANDLERS_RESTART, /* all of them let a call that they interrupt go on [SA_RESTART] */
    DET_HANDLERS_INTERRUPT
};

/* Everything the core may ask of the world. All members are required; all may be called from any
 * thread and from any event. */
struct det_host {
    /* `bytes` of zeroed, writable address space, committed on first touch, left out of core dumps.
     * at: where exactly, or 0 for anywhere. Returns 0 when refused (never another address than
     * `at`). */
    uintptr_t (*reserve)(size_t bytes, uintptr_t at);
    void (*unreserve)(uintptr_t addr, size_t bytes);
    /* Gives the pages back; the range reads as zero afterwards. Page-aligned. */
    void (*discard)(uintptr_t addr, size_t bytes);
    /* Every other thread of the process executes a full fence before this returns, wherever it is;
     * false: cannot. Called once at the start, then for each collection (collect.h). */
    bool (*fence_all)(void);
    /* Lets another thread run: called after some spins on a lock held by somebody else. */
    void (*yield)(void);
    /* Sleeps for a moment, about 100 us: called while somebody else has long work to do. */
    void (*nap)(void);
    int64_t (*monotonic_ns)(void);
    int64_t (*realtime_ns)(void);
    /* Writes the name of the test that is under way, "" when that is not known; at most `room` bytes,
     * the NUL included. Called once for each finding. Optional. */
    void (*test_name)(char *out, size_t room);
    /* Copies memory of the program, which may be gone, or may not be read; false: nothing was copied. Called for each
     * race that is told. Optional. */
    bool (*peek)(uintptr_t addr, void *out, size_t bytes);
    /* Whether the thread of that number, one of this process, sleeps in the system's futex, as who waits so
     * (enum ev_wait_kind) for the object would. */
    enum det_sleep (*asleep)(uint32_t thread, uint32_t kind, uintptr_t object);
    /* Whether the thread, or one that has ended (0: one of the parent process), holds the lock in that mode (enum ev_lock_mode), as far as
     * the lock says. Somebody sleeps who waits for it (kind: enum ev_wait_kind). Of a once: whether somebody runs it. */
    bool (*holds)(uint32_t thread, uint32_t kind, uintptr_t lock, uint32_t mode);
    /* Whether the process has no thread but these, those of a runtime in which nothing is under way, and who
     * looks for deadlocks. */
    bool (*has_threads)(const struct det_threads *waiting);
    /* Whether the program has handlers for signals that may come from outside; by_runtime: or its runtime has one,
     * which only hands them to tasks. */
    enum det_handlers (*handlers)(bool by_runtime);
    /* Writes the return addresses of the user's calls that led to his call that returns to pc, which this thread
     * makes, innermost first, where his code does not tell of them; returns how many, 0: none, or nobody can tell.
     * Takes some microseconds, and no lock. Optional. */
    size_t (*callers)(uintptr_t pc, uintptr_t *pcs, size_t room);
    /* What those who run can reach is looked at while nothing runs. NULL: it cannot be looked at. */
    const struct det_memory *memory;
};

enum det_range {
    DET_RANGE_PRIVATE,
    DET_RANGE_SHARED,    /* with other mappings: of a file, perhaps */
    DET_RANGE_SEALED,    /* of a file, and only to be read: pages that were written before */
    DET_RANGE_ALLOCATOR, /* private; holds what the allocator of the heap keeps */
    DET_RANGE_HEAP       /* private; the heap's own, that is nothing else ever */
};

/* Between stop_all and go_on every other thread stands still, with whatever lock it holds: nothing but these is
 * asked then, and nothing of them takes a lock. */
struct det_memory {
    bool (*stop_all)(void); /* false: not now, or never; all go on */
    bool (*go_on)(void);    /* false: somebody ran meanwhile, and what was seen is void */
    void (*each_thread)(void (*see)(const struct det_stopped *thread));
    void (*each_parked)(void (*see)(const struct ev_parked *task)); /* of a runtime */
    /* That can be read. False: it cannot be known. */
    bool (*each_range)(void (*see)(uintptr_t lo, uintptr_t hi, enum det_range kind));
    /* Of such a range, whatever exists. */
    void (*each_page)(uintptr_t lo, uintptr_t hi, enum det_range kind,
                      void (*see)(uintptr_t lo, uintptr_t hi));
    /* How many bytes could be read: others are there, and cannot be. */
    size_t (*copy)(void *to, uintptr_t from, size_t n);
    void (*each_hole)(void (*see)(uintptr_t lo, uintptr_t hi)); /* memory of our own */
    void (*each_given)(void (*see)(uintptr_t word)); /* pointers that the kernel keeps, or bytes */
    /* Whether who can get at a thread's handle may end its wait: by a signal, or cancellation. */
    bool (*wakes_by_handle)(void);
    /* Whether a handler may leave what it has interrupted for good. */
    bool (*may_jump)(void);
};

/* Options of the core, filled by instrument/ from RADDLE_OPTIONS (detector/options.def). */
struct det_options {
#define OPTION_BOOL(name, initial, help)           bool name;
#define OPTION_INT(name, initial, low, high, help) int64_t name;
#define OPTION_SIZE(name, initial, help)           uint64_t name;
#define OPTION_TEXT(name, initial, help)           const char *name;
#include "detector/options.def"
};

struct det_start {
    const struct det_host *host;
    const struct det_options *options;
    struct findings_file *findings; /* mapped, header valid; NULL: keep nothing (unit tests) */
    uint32_t pid, ppid;
    const char *exe;       /* absolute path of the executable; may be NULL */
    const char *arguments; /* argv, each word ended by NUL; may be NULL */
    size_t arguments_bytes;
    uintptr_t stack_lo, stack_hi; /* of the initial thread */
};

/* Starts the core, once per process, and makes the main task, which it returns through *main_task.
 * Returns the table (task_switch and task_current are NULL: instrument/ fills its copy), or NULL
 * when there is no memory at all. Thread   the initial thread, before any other event. */
const struct raddle_events *det_start(const struct det_start *start, struct det_task **main_task);

/* The live counters of this process, inside the findings mapping (or a private copy when there is
 * none). Front-ends raise instrumented_modules, threads and their own limits through it. */
struct raw_process *det_process(void);

/* The run's time is up: records what every living task does, for the report (RECORD_TIMEOUT). */
void det_timeout(void);

/* Somebody asks what every living task does: records that (RECORD_DUMP). On a thread that is no task. */
void det_dump(void);

/* Findings recorded so far by this process. */
uint64_t det_findings_count(void);

#endif
