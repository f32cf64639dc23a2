/* run.h - starting a command, following everything it starts, and ending it in time.
 *
 * The gate is the subreaper of the tree: a descendant whose parent ended becomes its child, so it
 * knows when nobody is left. Signals sent to the gate go on to the command; those of the terminal
 * reach the whole foreground group anyway and do not go twice.
 */
#ifndef RADDLE_TOOLS_GATE_RUN_H
#define RADDLE_TOOLS_GATE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "instrument/tools/gate/early.h"

struct run_request {
    const char *path; /* the file to execute */
    char **command;   /* its argv */
    const char *detector, *findings;
    const char *options; /* RADDLE_OPTIONS; "" leaves the variable out */
    double timeout_s;    /* 0: none */
    int64_t linger_ms;
    struct early *early; /* begun; looks while the command runs */
};

struct run_result {
    int own;             /* the command's status as a shell says it */
    int signo;           /* of the signal that ended it; 0: none */
    int exec_error;      /* errno when it could not be started; else 0 */
    bool timed_out;      /* and its tree was ended */
    bool is_alone;       /* nobody of the tree is left, so nobody has the findings file open */
    size_t left_running; /* descendants alive after the linger time */
};

/* Before all else: sets what signals do to the gate; the command gets them as they were. */
void run_take_signals(void);
/* Blocks until the command has ended, or was ended, and its descendants have had their time. */
struct run_result run_command(const struct run_request *request);

#endif
