/* cut_off.h - whom can nobody wake any more, though others run?
 *
 * Model    Who waits on a channel, condition, waitgroup or semaphore is woken by a task that has it: so if no task
 *          that can act can get at it, nobody ever will. Those who can act get at static variables, their
 *          stacks and registers, and what can be reached from there (reach.h); and if they can wake somebody,
 *          at what he can get at. It is the garbage collector's question, and its answer [Saioc25]. What a Go
 *          lock's waiters wait for is like that, too: anybody may unlock it [MU-03].
 * Moment   All is stopped for it (struct det_memory). Who is found elsewhere than in the wait that he told counts
 *          as one who can act.
 * Not so   a thread whose handle can be reached in a program that sends signals to threads or cancels them;
 *          memory that only ever was on disk, or encrypted.
 * Cost     A few milliseconds in which the program stands still, at most a fiftieth of the time; of the first looks, and until one
 *          proves what the last one found, a third.
 */
#ifndef RADDLE_DETECTOR_CUT_OFF_H
#define RADDLE_DETECTOR_CUT_OFF_H

#include "detector/detector.h"
#include "detector/reach.h"
#include "detector/wait_graph.h"

#define CUT_OFF_STACKS_LEFT 1024u

/* Stacks that nobody is on, but threads that we do not watch: of threads that have ended, which libc keeps for
 * later ones, and of a runtime's own. */
struct stacks_left {
    struct spin lock;
    uint32_t n; /* ever added: the oldest makes room, and counts as any memory then */
    struct stack_left {
        uintptr_t lo, hi; /* 0: none */
    } at[CUT_OFF_STACKS_LEFT];
};

struct cut_off_state {
    struct stacks_left left;
    uint64_t set;     /* hash of who waited at the last look */
    uint64_t seems;   /* of those who seemed cut off then; 0: nobody */
    uint32_t in_vain; /* looks in a row at which these were others than before */
    int64_t last_ns;  /* its end */
    int64_t rest_ns;  /* from there to the next one, while nothing changes */
    uint32_t looks;
    uint32_t again; /* of these at the same set */
    int64_t took_ns;
    uintptr_t main_hi; /* where main's stack begins; 0: not known */
    /* Of the look under way. */
    bool stopped;               /* nothing runs but who looks */
    enum det_handlers handlers; /* of signals that may come: they run on any thread */
    struct reach *reach;
    struct graph *graph;
    uintptr_t heap_lo, heap_hi; /* of the program's break; 0: none */
    struct reach_spans stacks;  /* of all tasks, in order */
    struct reach_spans idle;    /* words at which a runtime's threads sleep that do nothing */
    struct reach_spans threads; /* those of tasks that wait; tag: index in the graph */
};

/* Whether it is time to look at those who wait. */
DET_HIDDEN bool cut_off_is_due(const struct graph *g);
/* Stops all, and sees what those who can act reach; from then on g->reach, which is `r`, tells. Who does not stand in
 * the wait that was copied is not stuck. False: it could not be looked at; all is as before. */
DET_HIDDEN bool cut_off_look(struct graph *g, struct reach *r);
/* Those who are not stuck any more reach what they can. Whether somebody was new. */
DET_HIDDEN bool cut_off_more(struct graph *g, struct reach *r);
/* Lets all go on. False: what was seen is void. */
DET_HIDDEN bool cut_off_end(struct graph *g);
/* Of g->reach: whether nobody can reach what w waits for. */
DET_HIDDEN bool cut_off_is(const struct graph *g, const struct waiter *w);
/* Whether those who are stuck now seemed to be at the last look, too, that was exact. */
DET_HIDDEN bool cut_off_again(const struct graph *g);

#endif
