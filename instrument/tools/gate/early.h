/* early.h - deadlocks, told while the run goes on.
 *
 * All other findings are told when the run has ended, with what the whole of it says of them. A run in which tasks wait
 * for ever may not end before somebody has lost patience, and ends it in a way that leaves no time for reports. So the
 * gate looks whether the findings file has a new deadlock, and prints it then, and not once more at the end, unless
 * more has become known of it. A moment later, for mostly the process ends then, and all is told at once.
 *
 * Isolation: a child makes the report from a copy of all that the gate knows. The gate goes on following the run, and
 * what may go wrong with a file that is being written, or with debug information, is no matter of its verdict.
 */
#ifndef RADDLE_TOOLS_GATE_EARLY_H
#define RADDLE_TOOLS_GATE_EARLY_H

#include <jansson.h>
#include <stdint.h>
#include <sys/types.h>

#include "instrument/tools/report/raw.h"

enum { EARLY_LOOK_MS = 50 };

struct early {
    const char *findings; /* path of the file; borrowed. NULL: nothing is told early */
    /* Prints the deadlocks of the log that are not in `told`, and adds them. In the child. */
    void (*tell)(struct raw_log *log, json_t *told, void *with);
    void *with;
    json_t *told; /* what was printed (text.h); owned */
    int file;     /* the findings, borrowed of who runs the command; -1: nothing is told early */
    int news;     /* of the child: a line for each that it has printed; -1: there is no child */
    pid_t child;
    uint64_t used;     /* the end of the file when it was looked at last */
    uint64_t at;       /* the records before it are known */
    uint64_t n, known; /* deadlocks before `at`, and in the whole file */
    int64_t due_ms;    /* CLOCK_MONOTONIC: when a new one is to be told; 0: there is none */
};

/* `early` has its first three members set, the others zero. */
void early_begin(struct early *early);
/* To be called every EARLY_LOOK_MS while the run goes on; two system calls when there is nothing new. */
void early_look(struct early *early);
/* When the command has ended: waits for a report that is being made, but not longer than that (-1: as long as it
 * takes); what it has not printed then is told at the end. */
void early_end(struct early *early, int most_ms);
void early_free(struct early *early);

#endif
