/* jump.h - the real setjmp and its forms, for the assembler entries (arch/x86_64/setjmp.S). */
#ifndef RADDLE_INSTRUMENT_JUMP_H
#define RADDLE_INSTRUMENT_JUMP_H

/* Filled by real_find. */
extern __attribute__((visibility("hidden"))) void *jump_real_setjmp;
extern __attribute__((visibility("hidden"))) void *jump_real__setjmp;
extern __attribute__((visibility("hidden"))) void *jump_real___sigsetjmp;

#endif
