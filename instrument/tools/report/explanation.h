/* explanation.h - what each kind of finding means, in words. */
#ifndef RADDLE_TOOLS_REPORT_EXPLANATION_H
#define RADDLE_TOOLS_REPORT_EXPLANATION_H

#include <stddef.h>

struct explanation {
    const char *kind, *name; /* name: in one word, "DataRace" */
    const char *what, *why, *remedy;
};

/* In the order of kinds.def. */
extern const struct explanation explanations[];
extern const size_t n_explanations;

#endif
