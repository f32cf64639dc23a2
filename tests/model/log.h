/* log.h - one execution as a sequence of steps, and which of them are ordered.
 *
 * Model   two steps conflict when they touch the same object and one changes it. The order of an
 *         execution is the smallest that contains each process' own and that of conflicting steps;
 *         executions with the same order are the same to every observer, so one of each is enough
 *         [Flanagan05 "Dynamic Partial-Order Reduction"]. clock[q] of an event says how many steps
 *         of process q are before it or are it.
 */
#ifndef MODEL_LOG_H
#define MODEL_LOG_H

#include "world.h"

#define EVENTS_MAX 4000

struct touch {
    int object;
    bool writes;
    int before; /* the event that touched it last, -1: none */
};

struct event {
    unsigned proc;
    struct op op;
    struct touch touches[1 + WATCH_MAX];
    unsigned n_touches;
    uint16_t clock[PROCS_MAX];
    int node; /* of the search */
    const char *note;
};

extern struct event log_events[EVENTS_MAX];
extern int log_n;

void log_reset(void);

/* p's pending step happens. */
void log_add(const struct process *p, int node);
void log_add_process(const struct process *parent, const struct process *child);

/* The latest event that p's pending step conflicts with, might have come before, and is not ordered
 * after already; -1: none. */
int log_rival(const struct process *p);

/* Whether e conflicts with p's pending step and might have been the other way round. */
bool log_is_rival(const struct event *e, const struct process *p);

bool log_conflicts(const struct event *e, const struct op *op);

/* Whether event i is before whatever p does next. */
bool log_is_before(int i, const struct process *p);

/* Whether somebody else has written one of op's watched objects since the log had `length`. */
bool log_has_changed(const struct op *op, const struct process *p, int length);

/* Prints the schedule. */
void log_print(void);

#endif
