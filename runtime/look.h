/* look.h - where a worker looks for work, and in which order. */
#ifndef RDL__LOOK_H
#define RDL__LOOK_H

#include "runtime/rt.h"

/* A task for w to run, from wherever there is one; NULL: nothing was found. */
struct task *rdl__look(struct worker *w);

#endif
