/* stop.h - stops every other thread of the process for some milliseconds, whatever it does, to see what it holds.
 *
 * Model   A thread that runs, or sleeps in a call that the kernel begins again by itself, is held: it stands still,
 *         and its registers are known. One that sleeps in any other call, which must not be interrupted, is left
 *         asleep: its registers are not known, only its stack's pointer, and whether it slept all the time comes
 *         out at the end. So what was seen between the two calls is a picture of one moment, if both say so.
 * Thread  one at a time. Its signals are blocked between the two calls; it takes no lock there that a thread of the
 *         program may hold, and is done within STOP_AT_MOST_MS: then all go on by themselves.
 * Owner   who stops has the picture until it lets go.
 */
#ifndef RADDLE_INSTRUMENT_STOP_H
#define RADDLE_INSTRUMENT_STOP_H

#include "instrument/front.h"

#define STOP_THREADS_AT_MOST 4096
#define STOP_AT_MOST_MS      1000
#define STOP_REGISTERS       15

/* Of front.stops.answer. */
enum stop_answer {
    STOP_IS_DONE,
    STOP_NOT_NOW, /* a thread cannot stop at the moment, or must not; no memory or no process for it */
    STOP_TOO_MANY,  /* threads */
    STOP_FORBIDDEN, /* by the system, or a debugger is there: never in this process */
    STOP_SANDBOXED, /* sandbox.c: not from now on */
};

struct stopped_thread {
    uint32_t id;  /* the system's number */
    bool held;    /* false: left asleep */
    bool asleep;  /* in `call`, and not on its way out */
    bool spilled; /* left asleep, and all that its registers hold lies on its stack (outside.h) */
    long call;    /* that it sleeps in or comes out of; -1: none, or it is not known */
    uintptr_t pc, sp;
    uintptr_t fs_base;                /* of a thread that is held, and: */
    uint64_t general[STOP_REGISTERS]; /* but sp */
    const void *vectors; /* held, and not asleep: the beginning of what XSAVE saves; else NULL */
    size_t vector_bytes;
    uint64_t turns;  /* place_turns. The rest is tracer.c's */
    uint32_t signal; /* to be given when it goes on */
    uint32_t state;
    bool begins_again;
};

struct stopped {
    uint32_t n;
    struct stopped_thread *thread;
    const void
        *memory; /* where all of this is, also between two stops: nothing there is the program's */
    size_t bytes;
    struct stop_job *job;
    uint64_t signals; /* that the caller had blocked */
};

/* false: see front.stops.answer; nothing is stopped. Cost: tens of microseconds a thread. */
HIDDEN bool stop_all(struct stopped *out);

/* false: one that was left asleep has woken up meanwhile, or all went on before: what was seen is void. */
HIDDEN bool stop_go_on(struct stopped *stopped);

#endif
