/* turns.h - in which order can the tasks of a circle of locks come to stand still? */
#ifndef RADDLE_TOOLS_REPORT_TURNS_H
#define RADDLE_TOOLS_REPORT_TURNS_H

#include <jansson.h>
#include <stddef.h>

/* The steps of a cycle in an order in which each can take the lock that it holds there: a new array of their indices. Who
 * takes it by the very call by which the step before does, may have come to it with the lock in hand that this one holds
 * then, as where a list is walked hand over hand: so he comes first. Of others any order is possible. */
size_t *turns_of_locks(const json_t *cycle);

#endif
