/* openmp.h - what the threads of an OpenMP team order, said in keys.
 *
 * OpenMP's runtimes wait on futexes and on words of their own, which we do not see. So we stand before the
 * functions that compiled code calls (gomp.c, gomp_task.c, kmpc.c) and, for what LLVM's runtime does not
 * tell by those, are its tool (ompt.c). Everybody tells the same edges:
 *
 *   fork     what came before a parallel region, before each of its threads' part
 *   barrier  every arrival before every departure. Two keys in turn: who arrives for the next one must
 *            not be known to who has not left this one yet
 *   join     every part before what comes after the region
 *   tasks    a task's creation before its start; its end before whoever waits for tasks of the team, which
 *            is taskwait, taskgroup, a barrier, the region's end. One key for all ends: waiting for some
 *            orders all. The error side is a miss
 *   depend   by the address: in after the outs before it, out after both
 *   ordered  in the order of the iterations; doacross likewise; all by one key
 *   events   a fulfilled event (detach), which any thread may do, before all that waits for tasks
 *
 * A task of OpenMP runs as part of the thread that executes it: two tasks that one thread happens to run
 * one after the other are ordered, and no race between them is told in that run.
 */
#ifndef RADDLE_INSTRUMENT_OPENMP_H
#define RADDLE_INSTRUMENT_OPENMP_H

#include "instrument/front.h"

struct openmp_functions {
#define REAL(result, name, parameters) result(*name) parameters;
#include "instrument/openmp.def"
    bool sleeps; /* who waits for one of its locks sleeps at it: GCC's */
};
/* Of the runtime that each module with OpenMP code is linked to; [0] is what serves the executable. */
#define OPENMP_MODULES 16u
extern HIDDEN struct openmp_functions openmp_real[OPENMP_MODULES];
#define REAL(result, name, parameters) INTERPOSE result name parameters;
#include "instrument/openmp.def"
HIDDEN COLD const struct openmp_functions *openmp_find(uintptr_t pc);

/* What the caller at pc is linked to. Two plugins may have brought a runtime each, under any name, and visible
 * to them alone. Cost: a load and a compare. */
static inline const struct openmp_functions *openmp_of(uintptr_t pc) {
    uint64_t seen = __atomic_load_n(&front.openmp.sites[pc % OPENMP_SITES],
                                    __ATOMIC_ACQUIRE); /* the table is filled */
    return LIKELY(seen >> 48 != 0 && (seen & OPENMP_PC) == pc) ? &openmp_real[(seen >> 48) - 1]
                                                               : openmp_find(pc);
}
#define OPENMP(name) (openmp_of(CALLER_PC)->name)

/* Keys: numbers that are given once, above those of annotations.c and of addresses. A team has eight in a
 * row, and so has a task. */
#define OPENMP_NUMBERS ((uintptr_t)8 << 60)
#define OPENMP_OUT     ((uintptr_t)6 << 60) /* + address in a depend clause */
#define OPENMP_IN      ((uintptr_t)7 << 60)
enum openmp_key {
    KEY_FORK,
    KEY_BARRIER,
    KEY_BARRIER_OTHER,
    KEY_JOIN,
    KEY_TASKS,
    KEY_ORDERED,
    KEY_REDUCTION,
    KEY_SPAWN
};

/* Eight fresh keys; the first is returned. */
HIDDEN uintptr_t openmp_keys(void);
HIDDEN void openmp_forget(uintptr_t keys);

/* The key of the thread's team; those outside of one share a team. */
static inline uintptr_t openmp_team(enum openmp_key key) {
    return OPENMP_NUMBERS + self.omp_team + (uintptr_t)key;
}

/* V(t) into a key, and out of it. */
HIDDEN void openmp_publish(uintptr_t key);
HIDDEN void openmp_receive(uintptr_t key);

/* The thread's part of a region begins and ends. What it returns goes to the end. */
struct openmp_part {
    uintptr_t team;
    uint32_t barriers;
};
HIDDEN struct openmp_part openmp_enter(uintptr_t team);
HIDDEN void openmp_leave(struct openmp_part outer);
HIDDEN void openmp_return(
    struct openmp_part outer); /* the same, when all that the part did was told at a barrier */

HIDDEN void openmp_arrive(void); /* at a barrier */
HIDDEN void openmp_depart(void);
HIDDEN void openmp_waited_for_tasks(void);

/* What a task's depend clause names. Received when the task starts, published when it ends. */
struct dependence {
    uintptr_t address;
    bool is_in;
};
HIDDEN void openmp_depend_receive(struct dependence d);
HIDDEN void openmp_depend_publish(struct dependence d);

HIDDEN void openmp_receive_events(void);

/* The thread has waited for a group of tasks, and goes on to what the runtime does with it: kmpc.c. */
enum { OPENMP_WILL_ADD = 1, OPENMP_ADDS = 2 };
HIDDEN void openmp_group_waited(void);
HIDDEN void openmp_fulfilled(void);

#endif
