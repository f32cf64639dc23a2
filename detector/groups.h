/* groups.h - which of many tasks that wait are alike, so that one stands for all?
 *
 * Model    Alike are those that were created at one place, and wait at one place, for the same kind of thing, all of
 *          them for ever or none (and for the same object, if the caller says so). Of 10^5 goroutines a report tells as many groups as
 *          differ; but if these are very many, because each task waits for an object of its own, it is the
 *          same from then on which one that is: nobody reads a list of them.
 */
#ifndef RADDLE_DETECTOR_GROUPS_H
#define RADDLE_DETECTOR_GROUPS_H

#include "detector/base.h"
#include "detector/wait.h"

#define GROUPS_TOLD_APART 64u
/* Who holds what others wait for is told on its own, with what it holds; who comes after so many with its like: a circle
 * of 10^5 is nothing to read. */
#define HOLDERS_TOLD 250u

struct group {
    uint32_t created_site, wait_site, kind;
    uintptr_t object; /* that they wait for; 0: whichever */
    uint32_t count;
    uint32_t sample; /* task number */
    uint64_t serial; /* of the sample */
    uint32_t next;   /* in the order in which they are shown, counted from 1; 0: the last */
    struct task_wait wait;
};

struct groups {
    struct group *at; /* open addressing; count 0: free */
    uint32_t n, room;
    bool any_object; /* there were more than GROUPS_TOLD_APART */
};

/* Adds task `number`, which waits so, to the group of its like that wait for `object`, if it is not 0. Without
 * memory it is left out. */
DET_HIDDEN void groups_add(struct groups *groups, uint32_t number, const struct task_wait *wait,
                           uintptr_t object);
/* Shows each group, in the order of their first tasks, so that two runs say the same. Cost: that of sorting them, for
 * each of 10^5 tasks may wait for something of its own. */
DET_HIDDEN void groups_each(const struct groups *groups, void (*see)(const struct group *group));
DET_HIDDEN void groups_drop(struct groups *groups);

#endif
