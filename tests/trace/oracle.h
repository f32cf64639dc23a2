/* oracle.h - the naive happens-before model the core is compared with.
 *
 * Plain vectors that count the events of each task one by one, the full history of every byte, the
 * whole modification order of every atomic: no epoch, no segment, no shortcut of the core is repeated
 * here. Read SEMANTICS HB-M-01, HB-M-03 and HB-C11-02..04 beside it.
 */
#ifndef RADDLE_TESTS_ORACLE_H
#define RADDLE_TESTS_ORACLE_H

#include "step.h"

#define ORACLE_FOLLOWS 64u /* tasks of a trace in which rivals' `follows` is known */

/* An earlier access that the step just done races with, on one byte. */
struct rival {
    uint32_t task, pc;
    uint32_t byte;
    uint32_t locks;  /* bit k: lock k was held */
    uint32_t taking; /* of an access that is the taking of a lock: its bit */
    bool writes, atomic;
    bool follows;   /* ordered if a racing read came after the write that it sees [SHB18] */
    bool published; /* its task released something later */
    bool heard;     /* the later access' task learned from its task, not only by creation */
    bool task_ended;
};

struct oracle;

struct oracle *oracle_new(void);
/* n_tasks: all tasks that the trace mentions are below it. */
void oracle_reset(struct oracle *o, unsigned n_tasks);
/* Whether the step can happen: its tasks live, its range exists. Others are to be left out. */
bool oracle_allows(const struct oracle *o, const struct step *s);
/* Does the step; whether it races with an earlier one on a byte of [where, where + size). */
bool oracle_step(struct oracle *o, const struct step *s);
/* The bytes that the step touches: its size, or that of the block it frees. */
uint32_t oracle_extent(const struct oracle *o, const struct step *s);
/* Those of the last step. */
const struct rival *oracle_rivals(const struct oracle *o, size_t *n);
/* The locks that a task holds now. */
uint32_t oracle_locks(const struct oracle *o, unsigned task);
/* Whether task b knows the first `count` events of a: happens-before as the model has it. */
bool oracle_knows(const struct oracle *o, unsigned b, unsigned a, uint32_t count);
uint32_t oracle_count(const struct oracle *o, unsigned task);
bool oracle_is_live(const struct oracle *o, unsigned task);

#endif
