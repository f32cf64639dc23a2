/* misuse.h - is this operation wrong by itself, whatever else happens?
 *
 * Model    A front-end tells of an operation that looks odd what the real object says of itself: whether it is
 *          locked, by which of the system's threads, whether it was destroyed. The rules judge that, and never
 *          what was only not seen: a lock that was taken where nobody looked is held all the same.
 * Proof    A thread holds a mutex if and only if the mutex names it, and nobody but that thread can change this.
 *          So "not I" is true for as long as the operation takes. What forbids it beside that is checked with
 *          it: the holder must be a thread of this process that lives, or one that ended holding it; in a
 *          forked child it may be one of the parent's, about which nothing is said.
 *          Who holds a read-write lock to read, or a spin lock, is not named: then the lock must say that it is
 *          locked, and a living task must have been told to hold it. Who waits is seen asleep at the object in the
 *          system's futex: one who was woken, and has not left yet, waits no more.
 *          A mutex and a condition say that they were destroyed. Semaphores, barriers and spin locks do not, but are
 *          made by a call only: one that was destroyed and not made since is kept in mind (det_destroyed), unless
 *          other processes share it, until its memory is somebody else's.
 *          An object of the runtime keeps its own address while it is in use, in its bytes. Whoever works on one that is
 *          in use, as they say, at another address, works on a copy [MU-10, WG-06]; memory that was never zeroed may hold
 *          anything, so where they say that it was first used there must be, or have been, one.
 *          One of glibc's does not know where it lies. But if it says of itself just what another one says that its
 *          thread was seen to take and holds, and nobody was ever seen to take it, and its bytes were last written as
 *          plain data, by this thread, while it held the other: then they are the other's.
 *          The name of a thread is wrong where the memory of one that was joined, or detached, still says so: the
 *          next thread there begins with empty memory.
 * Weight   What the standard calls undefined is an error. What the object refuses (EPERM of a mutex that checks,
 *          a barrier for nobody) is the program's business as long as it looks at the result: a note.
 *          A call in a signal's handler that is not async-signal-safe goes wrong only where the signal came in the midst
 *          of such a call: portability, told of signals that came from outside of what was interrupted.
 *          A context that nobody ended before the process does hurts nobody any more: a note.
 * Once     for each site and object kind; more of them are counted.
 */
#ifndef RADDLE_DETECTOR_MISUSE_H
#define RADDLE_DETECTOR_MISUSE_H

#include "detector/base.h"
#include "detector/event.h"
#include "detector/findings.h"

#define MISUSE_TOLD  1024u
#define MISUSE_CONDS 256u
#define MISUSE_LINE  64u
#define MISUSE_GONE  1024u /* objects that were destroyed */

/* Of a mutex of the system: what says who holds it, as opaque words. */
#define MISUSE_MUTEX_SAYS  4u
#define MISUSE_MUTEX_WORDS 4u

struct misuse_state {
    uint64_t told[MISUSE_TOLD]; /* by hash; the later of two that meet takes the place */
    /* The last wait at a condition, by hash: only what is looked at more closely comes from here. Of what hashes of the
     * condition (above) and of its mutex have in 32 bits: a word, so that of two waits one is the last. */
    uint64_t waited[MISUSE_CONDS];
    bool any_gone;
    uintptr_t gone
        [MISUSE_GONE]; /* by hash of the 64-byte line; the later of two that meet takes the place */
};

/* The memory is another's from now on. */
DET_HIDDEN void misuse_forget(uintptr_t addr, size_t size);

/* t lets go, or waits for, what nobody ever was seen to take: a mutex that t held, copied? Within an event. */
DET_HIDDEN DET_COLD void misuse_of_unseen(struct det_task *t, uintptr_t lock, enum ev_use use,
                                          uintptr_t pc);

/* At the end of the process: contexts that nobody has ended. */
DET_HIDDEN void misuse_contexts(void);

#endif
