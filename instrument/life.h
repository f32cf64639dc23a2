/* life.h - the end of a process in all its forms, and its copies. */
#ifndef RADDLE_INSTRUMENT_LIFE_H
#define RADDLE_INSTRUMENT_LIFE_H

#define LIFE_HIDDEN __attribute__((visibility("hidden")))

/* Registers what must run last and in forked children. Once, from front_start. */
LIFE_HIDDEN void life_start(void);
/* main returned or exit was called with status: settle, judge. Only the first call counts. */
LIFE_HIDDEN void life_finish(int status);
/* halt_on_error: something was found. Does not return. */
LIFE_HIDDEN void life_halt(void);

#endif
