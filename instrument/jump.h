/* jump.h - setjmp and longjmp: see jump.c. */
#ifndef RADDLE_INSTRUMENT_JUMP_H
#define RADDLE_INSTRUMENT_JUMP_H

/* Once, from front_start. */
__attribute__((visibility("hidden"))) void jump_start(void);

/* Called by the entries of setjmp.S, which then jump to the real one. */
__attribute__((visibility("hidden"))) void jump_note(const void *buffer);

#endif
