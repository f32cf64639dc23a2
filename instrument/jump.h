/* jump.h - setjmp and longjmp: see jump.c. */
#ifndef RADDLE_INSTRUMENT_JUMP_H
#define RADDLE_INSTRUMENT_JUMP_H

#include <stdint.h>

/* Once, from front_start. */
__attribute__((visibility("hidden"))) void jump_start(void);

/* Called by the entries of setjmp.S, which then jump to the real one. sp: where their return address
 * is. */
__attribute__((visibility("hidden"))) void jump_note(const void *buffer, uintptr_t sp);
/* The shadow stack is now as it was when `buffer` was noted. */
__attribute__((visibility("hidden"))) void jump_to(const void *buffer);

#endif
