/* callers.h - who called, where nobody tells of calls?
 *
 * Code that raddle-cc built tells of its calls (detector/calls.h). Other code is read: by its own description of its
 * frames (.eh_frame), as a C++ exception does, and by the same code, libgcc's. Only for calls that are about to sleep,
 * or to make a thread.
 *
 * Model     Of a call from code that tells of its calls: its return address alone, the rest is known. From a library,
 *           std::thread::join or g_cond_wait: that of the nearest such code. Of a program without any: those of all
 *           frames of the executable, so that a helper's callers are told apart.
 * Our own   The unwinder is linked into the detector: what a program loads, or replaces, is its own affair, and frames that it
 *           registers for itself end a walk without a lock. Not by dlopen: it would run libc's constructors before
 *           their time.
 * Lock      The way to a frame's description must not take the loader's lock, which the thread that we would wait
 *           for may hold: only GCC 12's, with glibc 2.35 (_dl_find_object). With others nothing is walked.
 * Stacks    Only the machine stack that the task is known to run on: somebody's coroutine may begin with a word that
 *           looks like a return address, and nothing is mapped above it.
 * Ends      At code without a description, and after CALLERS_MOST frames.
 * Cost      0.3 to 1 us a frame; 600 bytes of stack, and 3 KiB within.
 */
#ifndef RADDLE_INSTRUMENT_CALLERS_H
#define RADDLE_INSTRUMENT_CALLERS_H

#include "instrument/front.h"

#define CALLERS_MOST 64u

/* Return addresses into the user's code, innermost first; at least one. */
struct callers {
    uint32_t n;
    uintptr_t pc[CALLERS_MOST + 1];
};

/* Once, from front_start. */
HIDDEN void callers_start(void);

/* Those of a call that returns to `pc`, of a library perhaps; pc itself where nobody can tell. */
HIDDEN void callers_find(struct callers *callers, uintptr_t pc);
/* Likewise, but a library's call is its own: pc comes first. Nothing is walked where any code tells of its calls. */
HIDDEN void callers_find_of(struct callers *callers, uintptr_t pc);
/* For struct det_host: those above pc. Within an event. */
HIDDEN size_t callers_above(uintptr_t pc, uintptr_t *pcs, size_t room);

/* event_enter and event_leave of an event at callers->pc[0]; what lies above is t's path meanwhile. */
HIDDEN struct det_task *callers_enter(const struct callers *callers);
HIDDEN void callers_leave(struct det_task *t, const struct callers *callers);

#endif
