/* limit.h - which limit of the system stands behind a refusal, and how it is raised. */
#ifndef RDL__LIMIT_H
#define RDL__LIMIT_H

#include "runtime/out.h"

/* What the system, or the runtime itself, had no more of. */
enum rdl__limit {
    LIMIT_MEMORY,      /* malloc, or a mapping, said no */
    LIMIT_STACKS,      /* no mapping for the stack of a goroutine */
    LIMIT_THREADS,     /* no further thread from the system */
    LIMIT_OWN_THREADS, /* the runtime's own bound on threads [GR-24] */
    LIMIT_DESCRIPTORS, /* no descriptor for the runtime itself */
    LIMIT_POLLER       /* no descriptor, or no memory of the kernel, to wait for signals */
};

/* What follows `fatal error: `. */
const char *rdl__limit_text(enum rdl__limit limit);

/* Writes lines that begin with `runtime: `: the numbers of the limits that were reached and how to
 * raise them. Needs no memory; reads /proc, so look before the process runs out of descriptors. */
void rdl__limit_explain(struct out *o, enum rdl__limit limit);

#endif
