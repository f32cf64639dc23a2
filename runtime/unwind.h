/* unwind.h - the frames of a task that does not run.
 *
 * libunwind is opened at the first rdl_go, because a dying process must not open libraries. It is
 * never linked: it exports _Unwind_* and would take over the program's C++ exceptions. Without it a
 * stack is the one frame that the runtime knows, and the dump says so.
 */
#ifndef RDL__UNWIND_H
#define RDL__UNWIND_H

#include "runtime/task.h"

struct frame {
    uintptr_t pc; /* a return address: look up pc - 1 */
    bool is_runtime;
};

/* Opens libunwind, once. */
void rdl__unwind_load(void);
bool rdl__unwind_is_loaded(void);

/* Frames from the innermost outwards, at most max; returns how many. exact: ip is where a signal
 * struck, not a return address. */
size_t rdl__unwind_registers(const struct rdl__registers *registers, bool exact, uintptr_t *pcs,
                             size_t max);

/* Of a task that is parked or runnable. */
size_t rdl__unwind_task(const struct task *t, uintptr_t *pcs, size_t max);

/* The name of the function around pc, from the symbol table in memory or on disk. */
bool rdl__unwind_name(uintptr_t pc, char *name, size_t bytes, uintptr_t *offset);

#endif
