/* search.h - all executions of one configuration, each order of conflicting steps once. */
#ifndef MODEL_SEARCH_H
#define MODEL_SEARCH_H

#include "world.h"

struct search_result {
    uint64_t executions;
    uint64_t cut;     /* of these: left early, because another is the same */
    unsigned longest; /* steps */
    unsigned bound;   /* of preemptions; 0: none */
    bool exhausted;
    bool failed;
    char message[400];
};

struct search_limits {
    uint64_t executions;  /* 0: none */
    double seconds;       /* 0: none */
    unsigned preemptions; /* 0: as the configuration says */
    bool unbounded;       /* whatever the configuration says */
};

struct search_result search_run(const struct config *config, const struct search_limits *limits);

/* -- for world.c -- */

unsigned search_choose(unsigned n);
_Noreturn void search_fail(const char *message); /* on the checker's stack */

#endif
