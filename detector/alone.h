/* alone.h - is there nobody whom what this task does could race with?
 *
 * Model    While a process has one task, all that it does happens before whatever a later one does: that is created by it,
 *          or by one that was. So of its memory accesses nothing need be kept. Most programs set themselves up
 *          alone, and most tests of a suite do nothing else.
 * End      The first task that is created, however: which of the past comes before a thread whose creation was not seen
 *          nobody knows, so none of it could be told as a race anyway. Whoever asks libc for what may make
 *          threads of its own later (timers, aio, clone with the same memory) ends it at once, and for good.
 *          So does the first lock that it takes: what is written with one tells a copy of it (misuse.c).
 * Again    When all tasks but one were threads, and all were joined: by that one, or by those that it knows of thereby.
 * Fast     The mask of the shadow is 0 (hot.h), so that each access finds its first block, which is no address's: that has
 *          records of all its bytes by the present segment. A new segment costs the one access that does not
 *          find itself there.
 * Atomics  Nor need be kept what they release, as long as nothing ever was: there is nothing to be ordered. Afterwards they
 *          are, for a thread that nobody created knows by them alone what was done before. So are locks.
 */
#ifndef RADDLE_DETECTOR_ALONE_H
#define RADDLE_DETECTOR_ALONE_H

#include "detector/base.h"

struct det_task;

struct alone_state {
    uint32_t now;    /* bool */
    uint32_t others; /* tasks that were created, and not joined; and what may make some */
    bool watched;    /* whoever makes threads tells (det_alone_watched) */
    bool kept;       /* it has ended once, so that there may be records */
};

/* An access need not be recorded, nor any more of this segment. */
DET_HIDDEN DET_COLD void alone_pass(struct det_task *t);
/* What it does is kept from now on. */
DET_HIDDEN void alone_end(void);
/* Of its parent's tasks only t is there, which knows of what the others did (task_only); NULL: not even that one. */
DET_HIDDEN void alone_fork_child(const struct det_task *t);

#endif
