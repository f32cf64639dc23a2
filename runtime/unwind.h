/* unwind.h - the frames of a task that does not run.
 *
 * libunwind is opened at the first rdl_go, because a dying process must not open libraries. It is
 * never linked: it exports _Unwind_* and would take over the program's C++ exceptions. Without it a
 * stack is the one frame that the runtime knows, and the dump says so.
 */
#ifndef RDL__UNWIND_H
#define RDL__UNWIND_H

#include "runtime/task.h"

#define FRAMES_MAX 4096

/* Return addresses (look up pc - 1), from the innermost outwards. Of a deeper stack both halves
 * are kept. */
struct frames {
    size_t n;
    size_t n_lost; /* that would stand in the middle */
    uintptr_t pcs[FRAMES_MAX];
};

/* Opens libunwind, once. */
void rdl__unwind_load(void);
bool rdl__unwind_is_loaded(void);

/* exact: ip is where a signal struck, not a return address. */
void rdl__unwind_registers(const struct rdl__registers *registers, bool exact, struct frames *f);

/* Of a task that is parked or runnable. */
void rdl__unwind_task(const struct task *t, struct frames *f);

/* Whether pc lies in the runtime's own code, however it was linked. */
bool rdl__unwind_is_own(uintptr_t pc);

/* The name of the function around pc, from the symbol table in memory or on disk. */
bool rdl__unwind_name(uintptr_t pc, char *name, size_t bytes, uintptr_t *offset);

#endif
