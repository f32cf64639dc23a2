/* findings.h - what a process leaves behind: raw records in a shared mapping.
 *
 * The process under test only appends; it never symbolises, never allocates for it and never takes
 * a lock of the program [D11]. Whoever holds the file afterwards (run-with-detector, raddle-report)
 * turns records into the JSON model. The mapping survives the process however it dies, and every
 * process of the tree appends to the same file.
 *
 * File      struct findings_file, then records, each 8-byte aligned.
 * Append    used.fetch_add(bytes) reserves, the body is written, then state := RECORD_COMMITTED
 * (release). A record whose writer died in between stays RECORD_RESERVED: its head.bytes is written
 * first, so that readers step over it. No room: `lost` is raised, nothing else happens, and the run
 * is not clean. Record    struct record_head, then items. An item is struct item_head and a payload
 * of head.bytes bytes, padded to 8. An item belongs to the nearest item before it that can own it
 * (a stack to its access, task, lock …).
 */
#ifndef RADDLE_DETECTOR_FINDINGS_H
#define RADDLE_DETECTOR_FINDINGS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FINDINGS_MAGIC            "raddle\r\n" /* 8 bytes, no terminator */
#define FINDINGS_VERSION          1u
#define FINDINGS_SUFFIX           ".findings"           /* of the names of such files */
#define FINDINGS_DEFAULT_CAPACITY ((uint64_t)256 << 20) /* sparse: costs only what is written */

struct findings_file {
    char magic[8];
    uint32_t version;
    uint32_t header_bytes; /* where the first record starts */
    uint64_t capacity;     /* bytes of the whole file */
    _Atomic uint64_t used; /* offset of the next record; may pass capacity when the file is full */
    _Atomic uint64_t lost; /* records that found no room */
    uint64_t reserved[4];
};

/* The value of the SIGTERM by which run-with-detector ends a run whose time is up: a process that
 * gets it appends a RECORD_TIMEOUT, and then does what SIGTERM does to it anyway. */
#define FINDINGS_TIMEOUT_VALUE 0x74647264

/* raw_process.ended of one that did not sign by itself. */
enum findings_unsigned {
    FINDINGS_NOT_STARTED = 3, /* the detector found no memory to start, and it did not run */
    FINDINGS_STATIC,          /* whoever started it saw that it is statically linked, */
    FINDINGS_OTHER_RIGHTS, /* or runs with other rights: nothing is preloaded. Pid 0: it was not started */
};

enum record_state { RECORD_RESERVED = 0, RECORD_COMMITTED = 1 };

enum record_kind {
    RECORD_PROCESS = 1, /* ITEM_PROCESS first; its counters are kept up to date in place while the
                           process lives */
    RECORD_MODULE,      /* ITEM_MODULE, ITEM_TEXT path */
    RECORD_RACE,        /* two ITEM_ACCESS (the later one first), ITEM_TASK each, where, why */
    RECORD_DEADLOCK,    /* ITEM_TASK with ITEM_WAIT, for every blocked task */
    RECORD_LEAK, /* ITEM_TASK with ITEM_WAIT: one per group of the same creation and wait site, with
                    its count; then who keeps it waiting, and whom it keeps, likewise (blockers.h) */
    RECORD_PANIC, /* ITEM_TEXT message, ITEM_TASK, ITEM_STACK */
    RECORD_MISUSE, /* likewise; or ITEM_MISUSE, ITEM_TASK and ITEM_STACK of who does it, ITEM_TASK with ITEM_LOCK of
                       who holds it */
    RECORD_TIMEOUT, /* ITEM_TASK for every living task, with ITEM_WAIT where it waits. No defect: it
                       is only told */
    RECORD_LOCK_ORDER, /* for each task of a cycle ITEM_TASK with two ITEM_LOCKs: what it held, what it
                          took then; then the parents of the first two */
    RECORD_DUMP, /* ITEM_TASK for the living tasks, with ITEM_WAIT where it waits and an ITEM_LOCK for each
                   lock that it holds; some stand for their like. Not a finding, and not told at the end */
    RECORD_CONDITION, /* ITEM_TEXT message: a condition of the model in JSON, as the gate saw it, which knows more than
                         the processes; empty: that was all. Only in a file that is kept. Not a finding */
};

struct record_head {
    uint32_t bytes; /* whole record, head included, multiple of 8; written before anything else */
    uint32_t kind;
    _Atomic uint32_t state;
    uint32_t pid;
    int64_t time_ns; /* CLOCK_REALTIME */
};

enum item_tag {
    ITEM_PROCESS = 1, /* struct raw_process */
    ITEM_MODULE,      /* struct raw_module */
    ITEM_ACCESS,      /* struct raw_access; owns ROLE_WHERE stack, ITEM_LOCKs and an ITEM_VALUE */
    ITEM_TASK, /* struct raw_task; owns ROLE_CREATED and ROLE_INSIDE stacks, ROLE_NAME text, ITEM_WAIT */
    ITEM_WAIT, /* struct raw_wait; owns ROLE_WHERE stack, ITEM_OBJECTs */
    ITEM_LOCK, /* struct raw_lock; owns ROLE_WHERE stack (where it was taken), ROLE_CREATED stack, ROLE_NAME text, ITEM_BLOCK */
    ITEM_BLOCK, /* struct raw_block; owns ROLE_CREATED and ROLE_FREED stacks, ITEM_FRAME. ROLE_WHERE: it belongs to an
                   ITEM_LOCK or ITEM_OBJECT, which lies in it; else an access does */
    ITEM_OBJECT, /* struct raw_object, a sync object; owns ROLE_CREATED stack, ROLE_NAME text, ITEM_BLOCK */
    ITEM_STACK,  /* uint64_t pc[], innermost first, all of them return addresses: look up pc - 1 */
    ITEM_TEXT,   /* bytes, no terminator */
    ITEM_ORDER,  /* struct raw_order */
    ITEM_MISUSE, /* struct raw_misuse; ITEM_OBJECTs follow: what is used, and with which mutex */
    ITEM_LAST,  /* struct raw_last, of an ITEM_WAIT; owns ROLE_WHERE stack, if one place is known */
    ITEM_FRAME, /* struct raw_frame, of the ITEM_BLOCK of a stack: whose frame is it there? */
    ITEM_VALUE, /* of an ITEM_ACCESS: the bytes that it touches, as they were when the race was found */
};

enum item_role {
    ROLE_NONE,
    ROLE_WHERE,   /* where it happened */
    ROLE_CREATED, /* where the owner was created or allocated */
    ROLE_FREED,   /* where the heap block was freed */
    ROLE_NAME,
    ROLE_MESSAGE,
    ROLE_PATH,
    ROLE_ARGUMENTS, /* argv, each word ended by NUL */
    ROLE_TEST,      /* of a finding: the test that was under way, if the process could tell */
    ROLE_BEHIND,    /* of a task in a RECORD_DEADLOCK: only waits for those that are deadlocked */
    ROLE_INSIDE, /* of a task that runs, in a RECORD_DUMP or RECORD_LEAK: the calls that it was seen inside of */
    ROLE_ENDED, /* of a RECORD_LEAK: the test whose end the task has outlived; else it is that of the process */
};

#define ITEM_VALUE_BYTES 16 /* at most */

#define ITEM_STACK_FOLDED 1u /* flags of ITEM_STACK: repeats of a recursion were left out */
/* Instead of a pc: so many frames are not told, as the low bits say. At most once. */
#define ITEM_STACK_GAP ((uint64_t)1 << 63)

struct item_head {
    uint16_t tag;
    uint16_t role;
    uint16_t flags;
    uint16_t reserved;
    uint32_t bytes; /* payload, before padding */
    uint32_t reserved2;
};

/* Things that bounded the detector's sight. X(name, text): each is a counter of the process; one
 * that is not zero is printed, and makes the run `not able to look` when its third argument is true
 * [D15]. BYTES_… and those after them: told at the end, and only with the option stats. */
#define FINDINGS_LIMITS(X)                                                                         \
    X(RECORDS_LOST, "findings that did not fit into the findings file", true)                      \
    X(OUT_OF_MEMORY, "times the detector could get no memory", true)                               \
    X(EVENTS_IN_HANDLER, "events dropped in a signal handler that interrupted the detector", true) \
    X(UNPATCHED, "instrumented modules whose hooks could not be connected", true)                  \
    X(UNREACHED,                                                                                   \
      "programs started that could not be observed, because their user may not read the detector " \
      "or open the findings file, and cannot ask run-with-detector for it, or because wordexp "    \
      "started them in an environment that names no detector",                                     \
      true)                                                                                        \
    X(SITES_FULL, "accesses recorded without a stack because the table of call paths is full",     \
      true)                                                                                        \
    X(SEGMENTS_FULL, "accesses not recorded because segment numbers ran out", true)                \
    X(TASKS_FULL, "tasks not watched because their numbers ran out", true)                         \
    X(BUDGET,                                                                                      \
      "KiB of memory whose oldest accesses were forgotten because memory= was used up, so that "   \
      "races with them may be missing (raise memory=)",                                            \
      true)                                                                                        \
    X(BUDGET_PASSED,                                                                               \
      "times the detector kept more than memory= allows, because it cannot do without or because " \
      "a thread stayed inside it",                                                                 \
      false)                                                                                       \
    X(UNWRITTEN,                                                                                   \
      "races of other places that were found but not written, for there are more than "            \
      "max_reports= (raise it)",                                                                   \
      true)                                                                                        \
    X(DUPLICATES, "further reports of the same pair of places", false)                             \
    X(UNCHECKED, "accesses not checked because the program's annotations say so", false)           \
    X(DEADLOCK_UNSEEN,                                                                             \
      "times threads seemed to wait for each other, but /proc/self/task does not tell who sleeps", \
      true)                                                                                        \
    X(UNWATCHED,                                                                                   \
      "times no thread could be made that looks for deadlocks: one may have been missed", true)    \
    X(CUT_OFF_UNSEEN,                                                                              \
      "process in which it was not looked at whether anybody could still wake those who wait, "    \
      "because it may not be traced: a debugger is there, or the system forbids it",               \
      false)                                                                                       \
    X(CUT_OFF_FULL,                                                                                \
      "process in which it was not looked at whether anybody could still wake those who wait, "    \
      "because it has more threads, or gave away more pointers, than are kept",                    \
      false)                                                                                       \
    X(LOCK_ORDER_FULL,                                                                             \
      "times locks taken while others were held were not looked at, because there were too many",  \
      true)                                                                                        \
    X(BYTES_BUDGET, "bytes that memory= allows", false)                                            \
    X(BYTES_PATHS,                                                                                 \
      "bytes of call paths, of which there may be 512 MiB, or a quarter of memory=", false)        \
    X(BYTES_SEGMENTS, "bytes of segments", false)                                                  \
    X(BYTES_SETS, "bytes of sets of records", false)                                               \
    X(BYTES_SHADOW, "bytes of shadow memory", false)                                               \
    X(BYTES_OTHER, "bytes of tasks, clocks, shadow stacks, blocks and objects", false)             \
    X(SEGMENTS_TAKEN, "numbers of segments given out", false)                                      \
    X(SEGMENTS_IN_USE, "numbers of segments in use after the last collection", false)              \
    X(TASKS_IN_USE, "numbers of tasks in use after the last collection", false)                    \
    X(COLLECTIONS, "collections of numbers that nothing refers to", false)                         \
    X(COLLECTIONS_PUT_OFF, "collections put off", false)                                           \
    X(COLLECTION_US, "microseconds of the longest collection", false)

enum findings_limit {
#define X(name, text, blind) LIMIT_##name,
    FINDINGS_LIMITS(X)
#undef X
        LIMIT_COUNT
};

struct raw_process {
    uint32_t pid, ppid;
    uint32_t detector_version; /* EV_VERSION */
    _Atomic uint32_t instrumented_modules;
    _Atomic uint32_t tasks;   /* tasks made so far, main included */
    _Atomic uint32_t threads; /* OS threads the program (not our runtime) started, main included */
    _Atomic uint32_t ended;   /* 1: ended through exit, _exit or the like; 2: replaced by exec;
                                 enum findings_unsigned */
    _Atomic int32_t status;   /* what it said when it ended */
    int64_t start_ns;         /* CLOCK_REALTIME */
    _Atomic uint64_t limits[32];
};
_Static_assert(LIMIT_COUNT <= 32, "raw_process.limits holds every limit");

/* What is true of [lo, hi) from this record on. */
enum raw_module_flags {
    MODULE_INSTRUMENTED = 1, /* carries our hooks */
    MODULE_GONE = 2,         /* nothing is there any more; no path */
};

struct raw_module {
    uint64_t bias, lo, hi;
    uint32_t instrumented; /* enum raw_module_flags */
    uint32_t build_id_bytes;
    uint8_t build_id[32];
    uint64_t storage_below, storage_bytes; /* as in ev_module */
};

struct raw_access {
    uint64_t addr;
    uint32_t size; /* bytes; of the earlier access only the touched bytes of one 8-byte granule may
                      be known */
    uint32_t access; /* enum ev_access bits */
    uint64_t task;   /* raw_task.serial */
};

enum raw_task_state {
    RAW_TASK_RUNNING,
    RAW_TASK_WAITING,
    RAW_TASK_FINISHED,
    RAW_TASK_NOT_STARTED,
    RAW_TASK_IN_PARENT /* it was in the process that forked this one, and is not here */
};

struct raw_task {
    uint64_t serial; /* the detector's number, unique in the process */
    uint64_t id;     /* the number users know */
    uint64_t parent; /* raw_task.serial; 0: none */
    uint64_t parent_id;
    uint32_t kind;  /* enum ev_task_kind */
    uint32_t state; /* enum raw_task_state */
    uint32_t daemon;
    uint32_t count; /* in a leak: tasks of this group; else 1 */
    int64_t age_ns; /* since it was created, when the record was made; 0: not known */
};

struct raw_wait {
    uint32_t kind; /* enum ev_wait_kind */
    uint32_t n_objects;
    uint64_t objects[4];
    int64_t waiting_ns;     /* for how long, when the record was made */
    int64_t deadline_in_ns; /* 0: none */
    uint64_t waker;         /* raw_task.serial of who could end it; 0: nobody in particular */
    uint32_t unserved;      /* 1: in a leak: nobody has done in the whole run what it waits for */
    uint32_t cut_off;       /* 1: of a deadlock: nobody who can act can reach what it waits for */
    uint32_t endless;       /* 1: in a leak: neither time, nor input, nor another process ends it */
    uint32_t reserved;
};

/* Who was last at the other side of a channel that a task waits to send to, or receive from. */
struct raw_last {
    uint64_t serial, id; /* as in raw_task */
    uint32_t kind;
    uint32_t ended; /* 1: it has */
};

struct raw_lock {
    uint64_t addr;
    uint32_t mode;   /* enum ev_lock_mode bits */
    uint32_t object; /* 1 + enum ev_object_kind; 0: not known */
};

struct raw_block {
    uint64_t addr, size;
    uint64_t task;  /* raw_task.serial of the allocating task */
    uint32_t freed; /* 1: the block is freed, ROLE_FREED stack follows */
    uint32_t
        kind; /* 0 heap; 1 stack of task `task`; 2 its thread-local variables, up to its thread's pointer */
};

/* The call that a variable on a stack belongs to. */
struct raw_frame {
    uint64_t cfa; /* as DWARF has it: the address behind the return address of the call */
    uint64_t pc;  /* return address of what the function was calling then; 0: not known */
};

enum findings_misuse {
#define X(name, class, text, why) MISUSE_##name,
#include "detector/misuses.def"
#undef X
};

/* X(name, text): what is done to an object. */
#define FINDINGS_DEEDS(X)                                                                          \
    X(LOCK, "locks")                                                                               \
    X(UNLOCK, "unlocks")                                                                           \
    X(WAIT, "waits on")                                                                            \
    X(WAKE, "signals")                                                                             \
    X(POST, "posts")                                                                               \
    X(DESTROY, "destroys")                                                                         \
    X(INIT, "initialises")                                                                         \
    X(FREE, "frees")                                                                               \
    X(END, "ends with")                                                                            \
    X(JOIN, "joins")                                                                               \
    X(DETACH, "detaches")                                                                          \
    X(ADD, "adds to")                                                                              \
    X(DONE, "counts down")                                                                         \
    X(CALL_MALLOC, "malloc")                                                                       \
    X(CALL_FREE, "free")                                                                           \
    X(CALL_PRINTF, "a function of printf's kind")                                                  \
    X(CALL_STREAM, "a function of streams")                                                        \
    X(CALL_LOCK, "pthread_mutex_lock")                                                             \
    X(CALL_EXIT, "exit")

enum findings_deed {
#define X(name, text) DEED_##name,
    FINDINGS_DEEDS(X)
#undef X
};

struct raw_misuse {
    uint32_t what;    /* enum findings_misuse */
    uint32_t deed;    /* enum findings_deed */
    uint32_t refused; /* 1: the call fails, and says so */
    uint32_t lucky;   /* 1: it may go well, this time and on this system */
    uint64_t task;    /* raw_task.serial of who does it */
    uint64_t holder;  /* of who holds it, or waits at it; 0: not known */
};

#define RAW_OBJECT_UNKNOWN UINT32_MAX /* nobody told what was made there */

struct raw_object {
    uint64_t addr, size;
    uint32_t kind; /* enum ev_object_kind; RAW_OBJECT_UNKNOWN */
    uint32_t reserved;
};

/* Why nothing orders the two accesses of a race: A is the earlier access' task, B the later one's.
 */
struct raw_order {
    uint32_t a_published; /* A released something after its access */
    uint32_t b_knows_a;   /* B has acquired something from A before (not only by creation) */
    uint32_t
        common_lock;  /* they hold a lock in common, but at least one of them for reading only */
    uint32_t follows; /* nothing but another race could bring them together: A's access is before a
                         write that B, or a task it comes from, had read in a race (follow.h) */
    uint32_t b_slept; /* the last wait of B was a sleep */
    uint32_t reserved;
};

#endif
