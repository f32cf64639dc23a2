/* dump.h - every goroutine as text: TR-01 to TR-04. */
#ifndef RDL__DUMP_H
#define RDL__DUMP_H

#include "runtime/options.h"
#include "runtime/out.h"
#include "runtime/task.h"

struct dump {
    struct out out;
    enum traceback level;
    struct task *first;                      /* told before the others; NULL: nobody special */
    const struct rdl__registers *first_regs; /* where it is, since it runs */
    bool first_exact;                        /* a signal struck there */
};

/* Starts with nobody special. */
static inline void rdl__dump_start(struct dump *d, int fd, enum traceback level) {
    rdl__out_start(&d->out, fd);
    d->level = level;
    d->first = NULL;
    d->first_regs = NULL;
    d->first_exact = false;
}

/* Sets aside what a dump works with; once, before the first. */
void rdl__dump_prepare(void);

/* Workers must be held (rdl__sched_hold), and the caller is the only one that
 * dumps. */
void rdl__dump_tasks(struct dump *d);

#endif
