/* generate.h - random traces.
 *
 * Wild traces race early and everywhere. Disciplined ones hand memory from task to task by the means that
 * programs use, so that nearly all of their accesses are ordered, often by long chains; a few break the
 * rules. The same seed gives the same trace.
 */
#ifndef RADDLE_TESTS_GENERATE_H
#define RADDLE_TESTS_GENERATE_H

#include "step.h"

struct discipline {
    unsigned tasks;        /* at most */
    unsigned variables;    /* each has its memory, a key or an atomic, and a way to change hands */
    unsigned break_one_in; /* accesses out of so many break the rules; 0: none */
    bool large;            /* accesses of pages, blocks of up to TRACE_BYTES / variables */
};

void generate_seed(uint64_t seed);
uint32_t generate_pick(uint32_t below);

/* Fills steps[0..n). */
void generate_wild(struct step *steps, unsigned n, unsigned tasks);
void generate_disciplined(struct step *steps, unsigned n, const struct discipline *d);

#endif
