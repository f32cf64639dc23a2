/* life.h - the end of a process in all its forms, and its copies. */
#ifndef RADDLE_INSTRUMENT_LIFE_H
#define RADDLE_INSTRUMENT_LIFE_H

#include <stdbool.h>

#define LIFE_HIDDEN __attribute__((visibility("hidden")))

/* Registers what must run last and in forked children. Once, from front_start. */
LIFE_HIDDEN void life_start(void);
/* main returned or exit was called with status: settle, judge. Only the first call counts. */
LIFE_HIDDEN void life_finish(int status);
/* Exit handlers are about to run on this thread, at the end or at dlclose. */
LIFE_HIDDEN void life_runs_handlers(void);
/* halt_on_error: something was found. Ends the process with the status of that, or with `otherwise` if that is
 * 0. Does not return. */
LIFE_HIDDEN void life_halt(int otherwise);
/* on_deadlock=abort: ends it with SIGABRT, whatever the program does about that. Does not return. */
LIFE_HIDDEN void life_abort(void);
/* A signal is about to end the process: reports what was found. Any thread, in a handler. */
LIFE_HIDDEN void life_killed(int status);
/* The run's time is up: records what the tasks do. Any thread, in a handler, not busy. */
LIFE_HIDDEN void life_timeout(void);
/* This program is about to be replaced by exec; false: it is not ours, but vfork's child. */
LIFE_HIDDEN bool life_exec_begin(void);
/* It was not, with that result, which is given back. marked: what life_exec_begin said. */
LIFE_HIDDEN int life_exec_failed(bool marked, int result);

#endif
