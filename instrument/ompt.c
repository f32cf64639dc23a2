/* ompt.c - LLVM's OpenMP runtime tells its tool, which we are, of regions, barriers and tasks.
 *
 * The runtime looks up ompt_start_tool when it starts; the interface is chapter 4 of OpenMP 5.1, of which
 * what we use is declared here. Words that it keeps for us: a region's is the first of its keys; an
 * implicit task's is what its thread was before (struct openmp_part, packed); an explicit task's is its key
 * with flags. With OMP_TOOL=disabled, or a tool that the program itself defines, the runtime tells us
 * nothing, and what its barriers order is reported.
 * Zone: SYNC.
 */
#include "instrument/openmp.h"
#include "instrument/sys.h"

union word {
    uint64_t value;
    void *pointer;
};

typedef void (*any_function)(void);

enum callback {
    CALLBACK_PARALLEL_BEGIN = 3,
    CALLBACK_PARALLEL_END = 4,
    CALLBACK_TASK_CREATE = 5,
    CALLBACK_TASK_SCHEDULE = 6,
    CALLBACK_IMPLICIT_TASK = 7,
    CALLBACK_SYNC_REGION_WAIT = 16,
    CALLBACK_DEPENDENCES = 18,
    CALLBACK_SYNC_REGION = 23,
    CALLBACK_REDUCTION = 31
};
enum { SCOPE_BEGIN = 1, SCOPE_END = 2 };
enum { SYNC_TASKWAIT = 5, SYNC_TASKGROUP = 6, SYNC_REDUCTION = 7 };
enum { TASK_INITIAL = 1, TASK_IMPLICIT = 2 };
enum {
    STATUS_YIELD = 2,
    STATUS_DETACH = 4,
    STATUS_EARLY_FULFILL = 5,
    STATUS_LATE_FULFILL = 6,
    STATUS_SWITCH = 7,
    STATUS_TASKWAIT_COMPLETE = 8
};

/* Flags in an explicit task's word. The rest is its key, which is a multiple of 8, or where its
 * dependences are. */
enum { HAS_DEPENDENCES = 1, IS_EXPLICIT = 2, FLAGS = 7 };
/* In an implicit one's: that it has begun; bit 2 is which barrier is next. */
enum { IS_IMPLICIT = 1 };

static bool is_explicit(const union word *task) {
    return task != NULL && (task->value & IS_EXPLICIT) != 0;
}

/* -- regions -- */

static void parallel_begin(union word *task, const void *frame, union word *region,
                           unsigned threads, int flags, const void *place) {
    (void)task, (void)frame, (void)threads, (void)flags, (void)place;
    region->value = openmp_keys();
    openmp_publish(OPENMP_NUMBERS + region->value + KEY_FORK);
}

/* The region's last barrier is its join. */
static void parallel_end(union word *region, union word *task, int flags, const void *place) {
    (void)task, (void)flags, (void)place;
    static const enum openmp_key joins[] = {KEY_BARRIER, KEY_BARRIER_OTHER, KEY_JOIN, KEY_TASKS};
    for (size_t i = 0; i < sizeof joins / sizeof joins[0]; i++) {
        openmp_receive(OPENMP_NUMBERS + region->value + joins[i]);
    }
    openmp_forget(region->value);
}

/* An initial task is that of a thread of the program, unless it is of a league of teams. */
static void implicit_task(int endpoint, union word *region, union word *task, unsigned threads,
                          unsigned number, int flags) {
    (void)threads, (void)number;
    bool is_own = (flags & TASK_INITIAL) != 0 && (region == NULL || region->value == 0);
    if (is_own) {
        return;
    }
    if (endpoint == SCOPE_BEGIN && region != NULL) {
        struct openmp_part outer = openmp_enter(region->value);
        task->value = outer.team | (outer.barriers & 1) << 2 | IS_IMPLICIT;
    } else if (endpoint == SCOPE_END && (task->value & FLAGS) != 0) {
        /* What it did is in the last barrier; the team may be forgotten by now. */
        openmp_return((struct openmp_part){.team = task->value & ~(uint64_t)FLAGS,
                                           .barriers = (task->value >> 2) & 1});
        task->value = 0;
    }
}

/* -- waits -- */

static bool is_barrier(int kind) {
    return kind != SYNC_TASKWAIT && kind != SYNC_TASKGROUP && kind != SYNC_REDUCTION;
}

static void sync_region(int kind, int endpoint, union word *region, union word *task,
                        const void *place) {
    (void)region, (void)task, (void)place;
    if (is_barrier(kind) && endpoint == SCOPE_BEGIN) {
        openmp_arrive();
    } else if (is_barrier(kind)) {
        openmp_depart();
    } else if (endpoint != SCOPE_BEGIN) {
        openmp_waited_for_tasks();
    }
}

/* The wait proper is over; a group's reductions follow, and then the region's end. */
static void sync_region_wait(int kind, int endpoint, union word *region, union word *task,
                             const void *place) {
    (void)region, (void)place;
    if (endpoint == SCOPE_END) {
        openmp_waited_for_tasks();
    }
    bool is_inner = task != NULL && is_explicit(task); /* not the one that reduction waits for */
    if (endpoint == SCOPE_END && kind == SYNC_TASKGROUP && !is_inner) {
        openmp_group_waited();
    }
}

/* This thread adds the copies of others to its own: kmpc.c. */
static void reduction(int kind, int endpoint, union word *region, union word *task,
                      const void *place) {
    (void)kind, (void)region, (void)task, (void)place;
    if (endpoint == SCOPE_BEGIN) {
        openmp_receive(openmp_team(KEY_REDUCTION));
    } else {
        openmp_publish(openmp_team(KEY_REDUCTION));
    }
}

/* -- dependences -- */

/* Told when the task is made, needed when it starts and ends. A task with more starts after all tasks of
 * its team that have ended, which is more than it may know. */
struct dependent {
    uintptr_t key;
    struct dependent *next_free;
    uint32_t n;
    bool is_cut;
    struct dependence on[14];
};
enum { DEPENDENTS_AT_ONCE = 64 };

static void lock(void) {
    while (__atomic_exchange_n(&front.openmp.lock, 1, __ATOMIC_ACQUIRE) != 0) {
        sys_yield();
    }
}

static void unlock(void) {
    __atomic_store_n(&front.openmp.lock, 0, __ATOMIC_RELEASE);
}

/* NULL: no memory. */
static struct dependent *new_dependent(void) {
    lock();
    if (front.openmp.free == NULL) {
        struct dependent *fresh =
            (struct dependent *)sys_map(DEPENDENTS_AT_ONCE * sizeof *fresh, 0);
        for (size_t i = 0; fresh != NULL && i < DEPENDENTS_AT_ONCE; i++) {
            fresh[i].next_free = front.openmp.free;
            front.openmp.free = &fresh[i];
        }
    }
    struct dependent *one = front.openmp.free;
    if (one != NULL) {
        front.openmp.free = one->next_free;
    }
    unlock();
    return one;
}

static void give_dependent(struct dependent *one) {
    lock();
    one->next_free = front.openmp.free;
    front.openmp.free = one;
    unlock();
}

static struct dependent *dependent_of(const union word *task) {
    enum { BOTH = HAS_DEPENDENCES | IS_EXPLICIT }; /* the first alone: IS_IMPLICIT */
    return (task->value & BOTH) == BOTH
               ? (struct dependent *)(uintptr_t)(task->value & ~(uint64_t)FLAGS)
               : NULL;
}

struct told_dependence {
    union word on;
    int type; /* 1 in, 2 out, 3 both, 4 mutexinoutset, 5 source, 6 sink, 7 inoutset */
};

static void dependences(union word *task, const struct told_dependence *all, int n) {
    struct dependent *one = task != NULL ? dependent_of(task) : NULL;
    if (one == NULL) {
        return;
    }
    enum { IN = 1, ROOM = sizeof one->on / sizeof one->on[0] };
    one->is_cut = n > ROOM;
    for (int i = 0; i < n && i < ROOM; i++) {
        one->on[i] = (struct dependence){(uintptr_t)all[i].on.value, all[i].type == IN};
        one->n = (uint32_t)i + 1;
    }
}

static void depend_receive(const struct dependent *one) {
    for (uint32_t i = 0; i < one->n; i++) {
        openmp_depend_receive(one->on[i]);
    }
    if (one->is_cut) {
        openmp_waited_for_tasks();
    }
}

/* -- tasks -- */

static void task_create(union word *creator, const void *frame, union word *task, int flags,
                        int has_dependences, const void *place) {
    (void)creator, (void)frame, (void)place;
    if ((flags & (TASK_INITIAL | TASK_IMPLICIT)) != 0) {
        return;
    }
    uint64_t key = openmp_keys();
    struct dependent *one = has_dependences != 0 ? new_dependent() : NULL;
    task->value = key | IS_EXPLICIT;
    if (one != NULL) {
        *one = (struct dependent){.key = key, .is_cut = true}; /* until dependences() says more */
        task->value = (uintptr_t)one | IS_EXPLICIT | HAS_DEPENDENCES;
    }
    openmp_publish(OPENMP_NUMBERS + key);
}

static uintptr_t key_of(const union word *task) {
    const struct dependent *one = dependent_of(task);
    return one != NULL ? one->key : task->value & ~(uint64_t)FLAGS;
}

static void task_over(union word *task) {
    struct dependent *one = dependent_of(task);
    for (uint32_t i = 0; one != NULL && i < one->n; i++) {
        openmp_depend_publish(one->on[i]);
    }
    openmp_publish(openmp_team(KEY_TASKS));
    openmp_forget(key_of(task));
    if (one != NULL) {
        give_dependent(one);
    }
    task->value = 0;
}

/* A taskwait with a depend clause is told as a task that has been waited for. */
static void taskwait_over(union word *task) {
    struct dependent *one = is_explicit(task) ? dependent_of(task) : NULL;
    if (one == NULL) {
        openmp_waited_for_tasks();
        return;
    }
    depend_receive(one);
    give_dependent(one);
    task->value = 0;
}

/* The runtime gives a task's memory to another one, of any thread, by an allocator of its own. It tells of the
 * part behind its own words, which compiled code reads and writes, too: the place of the shared variables, and
 * where an untied task goes on. These lie before the part (kmp_task_t, as compilers know it): shared 8, code 8,
 * part 4, or, with a destructor behind them, 32 bytes. */
static void forget_memory(void) {
    enum { WORDS = 20, WORDS_AND_DESTRUCTOR = 32 };
    void *start = NULL;
    size_t bytes = 0;
    if (front.openmp.task_memory != NULL) {
        front.openmp.task_memory(&start, &bytes, 0);
    }
    if (bytes != 0) {
        size_t words = ((uintptr_t)start - WORDS) % 8 == 0 ? WORDS : WORDS_AND_DESTRUCTOR;
        uint32_t was = guard_enter();
        det_memory_forget((uintptr_t)start - words, bytes + words);
        guard_leave(was);
    }
}

/* A task with an event that is not fulfilled yet: it ends later, on the thread that fulfils it. */
static void body_over(union word *task) {
    openmp_publish(OPENMP_NUMBERS + key_of(task));
    openmp_publish(openmp_team(KEY_TASKS));
}

/* The thread leaves one task, for good or not, and goes on with another. */
static void task_schedule(union word *prior, int status, union word *next) {
    if (status == STATUS_TASKWAIT_COMPLETE) {
        taskwait_over(prior);
    } else if (is_explicit(prior)) {
        switch (status) {
        case STATUS_YIELD:
        case STATUS_SWITCH:
            openmp_publish(OPENMP_NUMBERS + key_of(prior));
            break;
        case STATUS_DETACH:
            forget_memory();
            body_over(prior);
            break;
        case STATUS_EARLY_FULFILL:
            break;
        case STATUS_LATE_FULFILL:
            openmp_receive(OPENMP_NUMBERS + key_of(prior));
            task_over(prior);
            break;
        default:
            forget_memory();
            task_over(prior);
        }
    }
    if (is_explicit(next)) {
        openmp_receive(OPENMP_NUMBERS + key_of(next));
        if (dependent_of(next) != NULL) {
            depend_receive(dependent_of(next));
        }
    }
}

/* -- the tool -- */

typedef any_function (*lookup_function)(const char *name);
typedef int (*set_callback)(int which, any_function callback);

static int start(lookup_function lookup, int device, union word *data) {
    (void)device, (void)data;
    set_callback set = (set_callback)lookup("ompt_set_callback");
    if (set == NULL) {
        return 0;
    }
    any_function memory = lookup("ompt_get_task_memory");
    __builtin_memcpy(&front.openmp.task_memory, &memory, sizeof memory);
    set(CALLBACK_PARALLEL_BEGIN, (any_function)parallel_begin);
    set(CALLBACK_PARALLEL_END, (any_function)parallel_end);
    set(CALLBACK_IMPLICIT_TASK, (any_function)implicit_task);
    set(CALLBACK_SYNC_REGION, (any_function)sync_region);
    set(CALLBACK_SYNC_REGION_WAIT, (any_function)sync_region_wait);
    set(CALLBACK_REDUCTION, (any_function)reduction);
    set(CALLBACK_DEPENDENCES, (any_function)dependences);
    set(CALLBACK_TASK_CREATE, (any_function)task_create);
    set(CALLBACK_TASK_SCHEDULE, (any_function)task_schedule);
    return 1;
}

static void finish(union word *data) {
    (void)data;
}

struct ompt_tool {
    int (*start)(lookup_function lookup, int device, union word *data);
    void (*finish)(union word *data);
    union word data;
};

INTERPOSE struct ompt_tool *ompt_start_tool(unsigned version, const char *runtime);
struct ompt_tool *ompt_start_tool(unsigned version, const char *runtime) {
    struct ompt_tool *tool = (struct ompt_tool *)front.openmp.tool;
    _Static_assert(sizeof *tool == sizeof front.openmp.tool, "its room");
    (void)version, (void)runtime;
    tool->start = start;
    tool->finish = finish;
    return front.on ? tool : NULL;
}
