/* unchecked.h - which accesses does the program not want to be judged?
 *
 * Model    Ignore marks belong to a task and nest: between a begin and its end the task's reads, or
 *          writes, or synchronisation count for nothing; inside the code of a lock that tells of
 *          itself (annotations.c) all three. Benign marks belong to bytes, for every task, until
 *          the memory is given out or mapped anew.
 * Exact    Reads and writes are told apart; of a range only the marked bytes are left out.
 * Counted  Each access that is left out by a mark counts as LIMIT_UNCHECKED, which is shown: a run
 *          in which much was not looked at does not look like one in which all was.
 * Cost     Nothing where an access hits, for what hits was recorded before; one test in a miss.
 * Limits   A mark on a variable of a function outlives the call. What synchronises inside an ignored
 *          read or write orders as ever: the error side is a miss.
 */
#ifndef RADDLE_INSTRUMENT_UNCHECKED_H
#define RADDLE_INSTRUMENT_UNCHECKED_H

#include "instrument/front.h"

enum ignore_kind { IGNORE_READS, IGNORE_WRITES, IGNORE_SYNC, IGNORE_ALL };

/* For the calling task. An end without a begin is none. Zone: SYNC. */
HIDDEN void unchecked_begin(enum ignore_kind kind);
HIDDEN void unchecked_end(enum ignore_kind kind);

/* Marks bytes as benign; they are checked again after benign_end. Zone: SYNC. */
HIDDEN void benign_begin(uintptr_t addr, size_t size);
HIDDEN void benign_end(uintptr_t addr, size_t size);

/* Tells the rest of an access of which something is not to be judged; false: nothing is, and the
 * caller tells it. Zone: SYNC. */
HIDDEN bool unchecked_access(uintptr_t addr, size_t size, uint32_t bits, uintptr_t pc);

/* The thread goes on with t; a task's marks go with it. Inside the guard or with nobody watched. */
HIDDEN void unchecked_switch(const struct det_task *t);
HIDDEN void unchecked_task_end(const struct det_task *t);
HIDDEN void unchecked_fork_child(void);

/* Whether anything may stand in the way of judging this access. */
static inline bool unchecked_any(uintptr_t addr, size_t size) {
    uintptr_t lo = __atomic_load_n(&front.benign.lo, __ATOMIC_ACQUIRE); /* see widen() */
    size_t bytes = __atomic_load_n(&front.benign.bytes, __ATOMIC_RELAXED);
    return UNLIKELY(self.ignores.any != 0) || UNLIKELY(addr - lo < bytes) ||
           UNLIKELY(bytes != 0 && lo - addr < size);
}

static inline bool ignores_access(uint32_t bits) {
    const struct ignores *i = &self.ignores;
    return i->of[IGNORE_ALL] != 0 ||
           i->of[(bits & EV_WRITE) != 0 ? IGNORE_WRITES : IGNORE_READS] != 0;
}

static inline bool ignores_sync(void) {
    return UNLIKELY(self.ignores.any != 0) &&
           (self.ignores.of[IGNORE_ALL] != 0 || self.ignores.of[IGNORE_SYNC] != 0);
}

#endif
