/* verdict.h - what a run comes to: findings, timeout, not checked, or clean.
 *
 * Law      a run is clean only when everything that had to be looked at was looked at [D15]. What
 *          could not be is a condition of the model, one line each: what, why, what to do.
 * Observed a process whose executable, or a library outside the system's directories, carries our
 *          hooks (instrumented_modules of its record).
 * Order    findings, then timeout, then not checked, then the command's own status [API.md].
 */
#ifndef RADDLE_TOOLS_REPORT_VERDICT_H
#define RADDLE_TOOLS_REPORT_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "instrument/tools/report/ending.h"
#include "instrument/tools/report/model.h"

/* What the model cannot know: how the run went. Zeroed: only what the findings say. */
struct verdict_facts {
    double timeout_s;           /* > 0: the run was ended after that long */
    const char *unloadable;     /* "WHAT: WHY; DO": the command could not be loaded into; NULL */
    size_t left_running;        /* descendants alive after the linger time */
    struct ending ending;       /* of the command itself */
    int exitcode;               /* of a run with findings; 0: the command's own */
    bool strict;                /* every process that was not observed decides */
    bool no_memory_checks;      /* --checks without data-race: hooks are not needed */
    bool gate;                  /* there was a command to look at, so no process is a reason */
    const char *const *ignored; /* globs of processes that need not be observed */
    size_t n_ignored;
    const char *const *system_path; /* more directories whose programs are helpers */
    size_t n_system_path;
};

/* Adds what bounded the run's sight to the conditions of a model made from raw records. */
void verdict_examine(struct model *model, const struct verdict_facts *facts);

/* Sets "verdict" and "summary" from the findings and conditions as they are now. */
void verdict_decide(struct model *model);

/* The exit status for the model's verdict: `exitcode` for findings (0: report only), 124 for a
 * timeout, 125 for not checked, else `own`. Findings come first even where others hold too. */
int verdict_status(const struct model *model, int exitcode, int own);

/* How many findings fail the run. */
size_t verdict_count(const struct model *model);

#endif
