/* place.h - where a thread of this process is, as /proc says it.
 *
 * Thread  any, also one that is none of libc's; it takes a descriptor for a moment.
 * Zone    every one.
 */
#ifndef RADDLE_INSTRUMENT_PLACE_H
#define RADDLE_INSTRUMENT_PLACE_H

#include "instrument/front.h"

/* What a thread was doing when it was asked for. */
struct place {
    bool gone; /* or is about to go: its stack is no longer there */
    bool
        asleep; /* in the system call `call`; or, -1: in none, by a page that is not there or a debugger */
    long call;
    uintptr_t argument[6];
    uintptr_t sp, pc; /* of the program; 0: not known, for it is not asleep */
};

enum place_of { PLACE_KNOWN, PLACE_GONE, PLACE_FORBIDDEN };

/* Of thread `id` of the process `pid`. */
HIDDEN enum place_of place_of_thread(int pid, uint32_t id, struct place *place);

/* How many times it has been given a processor, or has given it up; 0: cannot be told. The same number twice:
 * what it slept in the first time, it has slept in all the time between. */
HIDDEN uint64_t place_turns(int pid, uint32_t id);

/* It has ended, and waits to be buried. */
HIDDEN bool place_is_dead(int pid, uint32_t id);

/* It runs, or was woken up and waits for a processor: place.asleep may not know that yet. */
HIDDEN bool place_is_awake(int pid, uint32_t id);

/* Calls each(argument, id) for all threads of the process. false: cannot be listed. text: some KiB to read into. */
HIDDEN bool place_list(int pid, char *text, size_t room, void (*each)(void *argument, uint32_t id),
                       void *argument);

#endif
