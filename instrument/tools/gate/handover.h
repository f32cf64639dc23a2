/* handover.h - giving the findings file to descendants that may not open it; see instrument/handover.h. */
#ifndef RADDLE_TOOLS_GATE_HANDOVER_H
#define RADDLE_TOOLS_GATE_HANDOVER_H

#include <stdbool.h>
#include <sys/types.h>

/* A socket that listens for those who ask for the file at `path`; -1: none can be had, and whoever
 * would have to ask is not observed. */
int handover_listen(const char *path);

/* Answers one that has connected. may_have: is that process one of ours? `file` is what it gets. Never
 * blocks. */
void handover_answer(int listener, int file, bool (*may_have)(pid_t));

#endif
