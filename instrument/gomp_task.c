/* gomp_task.c - tasks, as GCC's code makes them.
 *
 * The runtime copies a task's data and runs its function, on any thread of the team, now or later. We give
 * it data of ours, which hold the program's:
 *
 *     first words     | head                       | the program's data    | addresses of its depend clause
 *     the runtime's   | its function, keys, places | as GOMP_task got them |
 *
 * Into the first words the runtime writes: a taskloop's bounds, the handle of an event. They are handed on
 * before the program's function sees its data. Zone: SYNC.
 */
#include "instrument/openmp.h"
#include "instrument/real.h"
#include "instrument/sys.h"

enum { FLAG_DEPEND = 8, FLAG_NOGROUP = 2048, FLAG_DETACH = 8192, ROOM_ON_STACK = 16384 };

struct head {
    uintptr_t words[3]; /* the runtime's */
    void (*body)(void *);
    void (*copy)(void *, void *); /* NULL: bytes */
    void *given;                  /* data of the caller, for copy */
    uintptr_t team, created;      /* keys; created 0: the team's KEY_SPAWN */
    size_t words_used;            /* of words */
    size_t data;                  /* offset from here */
    size_t depends, n_depends;    /* offset, number */
};

static struct dependence *depends_of(struct head *h) {
    return (struct dependence *)((char *)h + h->depends);
}

/* -- depend clauses -- */

/* Two layouts: `n, outs, address…`, and since OpenMP 5 `0, n, outs, mutually exclusive, ins, address…` where
 * what is neither has its kind beside its address. */
static size_t clause_count(void **words) {
    return words == NULL ? 0 : words[0] != NULL ? (size_t)words[0] : (size_t)words[1];
}

static struct dependence clause_entry(void **words, size_t i) {
    enum { KIND_IN = 1 };
    if (words[0] != NULL) {
        return (struct dependence){(uintptr_t)words[2 + i], i >= (size_t)words[1]};
    }
    size_t out = (size_t)words[2] + (size_t)words[3], in = (size_t)words[4];
    if (i < out + in) {
        return (struct dependence){(uintptr_t)words[5 + i], i >= out};
    }
    void **object = words[5 + i];
    return (struct dependence){(uintptr_t)object[0], (uintptr_t)object[1] == KIND_IN};
}

/* -- a task runs -- */

static uintptr_t creation(const struct head *h) {
    return OPENMP_NUMBERS + (h->created != 0 ? h->created : h->team + KEY_SPAWN);
}

static void task_begin(struct head *h) {
    openmp_receive(creation(h));
    for (size_t i = 0; i < h->n_depends; i++) {
        openmp_depend_receive(depends_of(h)[i]);
    }
}

static void task_end(struct head *h) {
    for (size_t i = 0; i < h->n_depends; i++) {
        openmp_depend_publish(depends_of(h)[i]);
    }
    openmp_publish(OPENMP_NUMBERS + h->team + KEY_TASKS);
    if (h->created != 0) {
        openmp_forget(h->created);
    }
}

/* Tasks that are left when the thread's own part is over run outside of it: the team is the task's. */
static void run_task(void *argument) {
    struct head *h = argument;
    struct openmp_part outer = {.team = self.omp_team, .barriers = self.omp_barriers};
    uintptr_t *data = (uintptr_t *)((char *)h + h->data);
    self.omp_team = h->team;
    for (size_t i = 0; i < h->words_used; i++) {
        data[i] = h->words[i];
    }
    task_begin(h);
    h->body(data);
    task_end(h);
    self.omp_team = outer.team;
    self.omp_barriers = outer.barriers;
}

/* In the place of the program's function that copies, the last that the creator does for the task. */
static void copy_task(void *to, void *from) {
    struct head *source = from, *target = to;
    *target = *source;
    for (size_t i = 0; i < source->words_used; i++) {
        ((uintptr_t *)source->given)[i] = source->words[i];
    }
    source->copy((char *)to + source->data, source->given);
    REAL_OF(memcpy)
    (depends_of(target), depends_of(source), source->n_depends * sizeof(struct dependence));
    openmp_publish(creation(target));
}

/* -- a task is made -- */

struct sizes {
    size_t align, data, depends, all;
};

static size_t rounded(size_t n, size_t to) {
    return (n + to - 1) / to * to;
}

static struct sizes sizes_of(long bytes, long align, void **depend) {
    struct sizes s;
    s.align = align > 16 ? (size_t)align : 16;
    s.data = rounded(sizeof(struct head), s.align);
    s.depends = rounded(s.data + (size_t)(bytes > 0 ? bytes : 0), 16);
    s.all = s.depends + clause_count(depend) * sizeof(struct dependence);
    return s;
}

static struct head *fill(void *room, const struct sizes *s, void (*body)(void *), void *data,
                         void (*copy)(void *, void *), size_t bytes, void **depend) {
    struct head *h = room;
    *h = (struct head){.body = body,
                       .copy = copy,
                       .given = data,
                       .team = self.omp_team,
                       .data = s->data,
                       .depends = s->depends,
                       .n_depends = clause_count(depend)};
    if (data != NULL &&
        bytes >= sizeof h->words) { /* a loop's reductions are read from the third */
        REAL_OF(memcpy)(h->words, data, sizeof h->words);
    }
    if (copy == NULL && data != NULL) {
        REAL_OF(memcpy)((char *)room + s->data, data, bytes);
    }
    for (size_t i = 0; i < h->n_depends; i++) {
        depends_of(h)[i] = clause_entry(depend, i);
    }
    return h;
}

/* Room for a task on the stack of the function that says it, or a mapping. */
#define TASK_ROOM(name, s)                                                                         \
    void *name##_raw = (s).all + (s).align <= ROOM_ON_STACK                                        \
                           ? __builtin_alloca((s).all + (s).align)                                 \
                           : (void *)sys_map_theirs((s).all + (s).align);                          \
    void *name = (void *)rounded((uintptr_t)name##_raw, (s).align)

static void give_back(void *room, const struct sizes *s) {
    if (s->all + s->align > ROOM_ON_STACK) {
        SYS3(SYS_munmap, room, s->all + s->align, 0); /* see sys_map_theirs */
    }
}

INTERPOSE void GOMP_task(void (*body)(void *), void *data, void (*copy)(void *, void *), long bytes,
                         long align, bool deferred, unsigned flags, void **depend, int priority,
                         void *event) {
    void **clause = (flags & FLAG_DEPEND) != 0 ? depend : NULL;
    struct sizes s = sizes_of(bytes, align, clause);
    TASK_ROOM(room, s);
    if (room_raw == NULL) { /* no memory: what this task does may be reported as unordered */
        count_up64(&det_process()->limits[LIMIT_OUT_OF_MEMORY]);
        OPENMP(GOMP_task)
        (body, data, copy, bytes, align, deferred, flags, depend, priority, event);
        return;
    }
    struct head *h = fill(room, &s, body, data, copy, (size_t)bytes, clause);
    h->words_used = (flags & FLAG_DETACH) != 0 && data != NULL ? 1 : 0;
    h->created = openmp_keys();
    openmp_publish(OPENMP_NUMBERS + h->created);
    OPENMP(GOMP_task)
    (run_task, room, copy != NULL ? copy_task : NULL, (long)s.all, (long)s.align, deferred, flags,
     depend, priority, event);
    give_back(room_raw, &s);
}

/* The tasks of a loop start by one key: how many there will be is the runtime's to say. */
#define TASKLOOP(name, type)                                                                       \
    INTERPOSE void name(void (*body)(void *), void *data, void (*copy)(void *, void *),            \
                        long bytes, long align, unsigned flags, unsigned long tasks, int priority, \
                        type start, type end, type step) {                                         \
        struct sizes s = sizes_of(bytes, align, NULL);                                             \
        TASK_ROOM(room, s);                                                                        \
        if (room_raw == NULL) {                                                                    \
            count_up64(&det_process()->limits[LIMIT_OUT_OF_MEMORY]);                               \
            OPENMP(name)                                                                           \
            (body, data, copy, bytes, align, flags, tasks, priority, start, end, step);            \
            return;                                                                                \
        }                                                                                          \
        struct head *h = fill(room, &s, body, data, copy, (size_t)bytes, NULL);                    \
        h->words_used = 2;                                                                         \
        openmp_publish(openmp_team(KEY_SPAWN));                                                    \
        OPENMP(name)                                                                               \
        (run_task, room, copy != NULL ? copy_task : NULL, (long)s.all, (long)s.align, flags,       \
         tasks, priority, start, end, step);                                                       \
        give_back(room_raw, &s);                                                                   \
        if ((flags & FLAG_NOGROUP) == 0) {                                                         \
            openmp_waited_for_tasks();                                                             \
        }                                                                                          \
    }
TASKLOOP(GOMP_taskloop, long)
TASKLOOP(GOMP_taskloop_ull, unsigned long long)

/* -- waiting for tasks -- */

INTERPOSE void GOMP_taskwait(void) {
    OPENMP(GOMP_taskwait)();
    openmp_waited_for_tasks();
}

INTERPOSE void GOMP_taskwait_depend(void **depend) {
    OPENMP(GOMP_taskwait_depend)(depend);
    for (size_t i = 0; i < clause_count(depend); i++) {
        openmp_depend_receive(clause_entry(depend, i));
    }
}

INTERPOSE void GOMP_taskgroup_end(void) {
    OPENMP(GOMP_taskgroup_end)();
    openmp_waited_for_tasks();
}

INTERPOSE void omp_fulfill_event(uintptr_t event) {
    openmp_fulfilled();
    OPENMP(omp_fulfill_event)(event);
    __atomic_signal_fence(__ATOMIC_SEQ_CST); /* no jump: what it frees our caller does not */
}
