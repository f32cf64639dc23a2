/* crash.h - how a process ends that cannot go on.
 *
 * All of it goes to standard error, unbuffered, and ends with status 2. Two crashes never mix: the
 * second waits, and the process ends when both are told [EX-02]. While one prints, workers pick up
 * nothing. A crash while its own thread prints one ends at once, with 4, and if even that fails
 * with 5 [EX-01].
 */
#ifndef RDL__CRASH_H
#define RDL__CRASH_H

#include "runtime/dump.h"
#include "runtime/limit.h"
#include "runtime/rt.h"

/* A panic that nobody recovered. */
_Noreturn void rdl__crash_panic(const struct rdl__panic *p);

/* A fatal error: `fatal error: TEXT` and every goroutine. pc: the user's call, 0 if none. */
_Noreturn void rdl__crash_fatal(const char *text, uintptr_t pc);

/* The same for `TEXT MORE`, both in one line. */
_Noreturn void rdl__crash_fatal_about(const char *text, const char *more, uintptr_t pc);

/* The same, when it is the user's mistake: a detector is told first. */
_Noreturn void rdl__crash_misuse(const char *text, uintptr_t pc);

/* The system, or the runtime, has no more of something: names the limit and how to raise it. */
_Noreturn void rdl__crash_limit(enum rdl__limit limit, uintptr_t pc);

/* Nothing can ever run again; called by the last worker to go to sleep. */
_Noreturn void rdl__crash_deadlock(void);

/* t ran over its stack. registers: where a signal struck; NULL: t is off its stack. */
_Noreturn void rdl__crash_stack_overflow(struct task *t, const struct rdl__registers *registers);

/* The runtime cannot start: one line, 125. */
_Noreturn void rdl__crash_startup(const char *text);

/* The address of the handler of SIGQUIT. */
uintptr_t rdl__crash_quits(void);

/* exit was called: true when it may go on; false when a crash is being told, whose status counts.
 * Lets a task that runs deferred calls because of a panic come to its crash first [GR-07]. */
bool rdl__crash_lets_exit(void);
_Noreturn void rdl__crash_wait(void);

/* A panic that nothing will recover begins to run, or ends without a crash, deferred calls. */
void rdl__crash_panicking(int n);

/* -- for those that tell a crash in their own words (crash_signal.c) -- */

/* Ours is the turn to print. first: told first, NULL for nobody. */
void rdl__crash_enter(void);
void rdl__crash_begin(struct dump *d, struct task *first, const struct rdl__registers *registers);

/* Prints the goroutines; returns when this was the last crash under way, which ends the process. */
void rdl__crash_tell(struct dump *d);

/* The same, and ends the process when it was. */
_Noreturn void rdl__crash_end(struct dump *d);

/* rdl_dump is no crash, but what goes wrong in it is handled alike. */
void rdl__crash_dump(int fd, struct task *self, const struct rdl__registers *registers);

/* -- signals -- */

/* Fatal signals print the dump; once per process, and once per thread of ours or
 * that calls us. */
void rdl__crash_catch_signals(void);
void *rdl__crash_catch_here(void);

/* Before the thread ends: gives back what catch_here has returned, which may be NULL. */
void rdl__crash_leave_here(void *memory);

#endif
