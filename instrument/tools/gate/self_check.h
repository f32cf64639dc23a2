/* self_check.h - can this machine look at all?
 *
 * Two programs that were installed with us run as any command does: one whose race must be found, and
 * one that differs by a lock and must be clean. A kernel, a container or a C library that keeps the
 * detector from its work fails here, before a green run is believed. A run around it is not failed by
 * the race, which had to be there.
 */
#ifndef RADDLE_TOOLS_GATE_SELF_CHECK_H
#define RADDLE_TOOLS_GATE_SELF_CHECK_H

/* Returns 0 when both are as they must be, else 125; says how each of them was. */
int self_check(void);

#endif
