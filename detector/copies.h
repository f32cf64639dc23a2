/* copies.h - is a lock of the system's, which nobody was ever seen to take, a copy of one that was held?
 *
 * Problem  One of glibc's does not know where it lies, and a copy's state is as good as the original's. One that was
 *          made while its original was held is held by nobody who would let it go.
 * Common   Nobody was ever seen to take the lock, its bytes were last written as plain data, by a task while it held
 *          another one of the same sort, and it says that it is held in the way in which that one was.
 * A mutex  says the same of itself as the other says now, of who holds it, how often and what it is; it names the task
 *          that asks, which still holds the other.
 * Others   A read-write lock's readers and who has a spin lock have no names there, and who made the copy may have let
 *          the original go long since. But no operation reads or writes as plain data what a lock says of itself: who
 *          did read that of the original, in the segment in which it wrote that of the copy, a few instructions
 *          before, or with one call for both, took the one from the other.
 *          If that is so of two originals, nothing is told.
 * Told     when somebody is about to wait for the copy, whoever made it, or lets it go. Who lets go what names another
 *          thread is told that (misuse.h).
 * Error side  What says nothing is missed: a copy that code wrote which we do not see, that somebody could take (one of a
 *          lock held for reading is shared by who comes to read), or of which the original was since read as plain
 *          data by somebody else; one of a mutex that another task than its maker waits for; of locks that lie
 *          askew, and of a lock that its maker did not hold.
 */
#ifndef RADDLE_DETECTOR_COPIES_H
#define RADDLE_DETECTOR_COPIES_H

#include "detector/base.h"
#include "detector/event.h"

/* Of a mutex of the system: what says who holds it, as opaque words. */
#define COPIES_MUTEX_SAYS  4u
#define COPIES_MUTEX_WORDS 4u
/* Of a read-write lock: the granule that says who writes, at which no event is told. */
#define COPIES_RWLOCK_SAYS 24u
/* Bytes of code at most between a read and the write of what was read, whichever is told first: less than lie between
 * two statements that copy a lock each. */
#define COPIES_STATEMENT 24u

/* t lets go of what nobody ever was seen to take, and holds no lock of that name. mode: as it is let go, with what the
 * lock is of the system's, if it says that it is held so. Within an event. */
DET_HIDDEN DET_COLD void copies_look(struct det_task *t, uintptr_t lock, uint32_t mode,
                                     enum ev_use use, uintptr_t pc);
/* Whether nobody was ever seen to let the lock go, or to take it as a whole. readers: as in ev_lock. Likewise. */
DET_HIDDEN DET_COLD bool copies_is_unseen(uintptr_t lock, uintptr_t readers);

#endif
