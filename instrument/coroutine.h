/* coroutine.h - swapcontext and its kin: see coroutine.c. */
#ifndef RADDLE_INSTRUMENT_COROUTINE_H
#define RADDLE_INSTRUMENT_COROUTINE_H

#include <stdint.h>
#include <ucontext.h>

/* Called by the entry of setjmp.S, which then jumps to the real makecontext. */
__attribute__((visibility("hidden"))) void coroutine_made(const ucontext_t *made, uintptr_t sp);
/* A forked child: another thread may have been at the table. */
__attribute__((visibility("hidden"))) void coroutine_fork_child(void);

#endif
