/* crash.h - how a process ends that cannot go on.
 *
 * All of it goes to standard error, unbuffered, and ends with status 2. Two crashes never mix: the
 * second waits, and the process ends when both are told [EX-02]. While one prints, workers pick up
 * nothing.
 */
#ifndef RDL__CRASH_H
#define RDL__CRASH_H

#include "runtime/rt.h"

/* A panic that nobody recovered. */
_Noreturn void rdl__crash_panic(const struct rdl__panic *p);

/* A fatal error: `fatal error: TEXT` and every goroutine. pc: the user's call, 0 if none. */
_Noreturn void rdl__crash_fatal(const char *text, uintptr_t pc);

/* The same, when it is the user's mistake: a detector is told first. */
_Noreturn void rdl__crash_misuse(const char *text, uintptr_t pc);

/* Nothing can ever run again; called by the last worker to go to sleep. */
_Noreturn void rdl__crash_deadlock(void);

/* t ran over its stack. context: of the signal that told so, or NULL. */
_Noreturn void rdl__crash_stack_overflow(struct task *t, const void *context);

/* The runtime cannot start: one line, 125. */
_Noreturn void rdl__crash_startup(const char *text);

/* Fatal signals print the dump; once per process, and once per thread of ours. */
void rdl__crash_catch_signals(void);
void rdl__crash_catch_here(void);

/* exit was called: true when it may go on; false when a crash is being told, whose status counts. */
bool rdl__crash_lets_exit(void);
_Noreturn void rdl__crash_wait(void);

#endif
