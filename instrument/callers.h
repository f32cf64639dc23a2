/* callers.h - where in the user's code is a call that a library made for him?
 *
 * std::thread::join calls pthread_join, g_cond_wait pthread_cond_wait: a reader wants to see his own line. The stack
 * between is read by the libraries' own description of their frames (.eh_frame), as a C++ exception does, and by the
 * same code: that of libgcc_s, if the program has it. Only for calls that are about to sleep, or to make a thread.
 *
 * Lock      libgcc's way to a frame's description must not take the loader's lock, which the thread that we would
 *           wait for may hold: only from GCC 12 on, with glibc 2.35 (_dl_find_object). Others are not asked.
 * Cost      0.3 to 1 us a frame.
 */
#ifndef RADDLE_INSTRUMENT_CALLERS_H
#define RADDLE_INSTRUMENT_CALLERS_H

#include "instrument/front.h"

/* Once, from front_start. */
HIDDEN void callers_start(void);

/* The return address into the user's code nearest above `pc`, which is a return address of a frame of this thread's
 * stack. pc: there is none, or nobody can tell. */
HIDDEN uintptr_t callers_user_pc(uintptr_t pc);

#endif
