/* text_turns.h - who does what, task beside task, time downwards: how do tasks come to wait for each other? */
#ifndef RADDLE_TOOLS_REPORT_TEXT_TURNS_H
#define RADDLE_TOOLS_REPORT_TEXT_TURNS_H

#include <jansson.h>
#include <stdio.h>

/* What a task does to a lock: "locks `mu`", "holds `rw` for reading"; a new string. */
char *turns_deed(const char *verb, const json_t *lock);

/* Of a lock order, how it may come to a deadlock. */
void turns_of_order(FILE *out, const json_t *cycle);
/* Of a deadlock, how those came to it who hold what others wait for; nothing, if these are not at least two. */
void turns_of_deadlock(FILE *out, const json_t *tasks);

#endif
