/* request.h - the command line of raddle-report, checked.
 *
 * Law      what was asked for is done, or refused in one line: no option is dropped in silence because of
 *          another one.
 */
#ifndef RADDLE_TOOLS_REPORT_REQUEST_H
#define RADDLE_TOOLS_REPORT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "instrument/tools/report/accept.h"
#include "instrument/tools/report/baseline.h"
#include "instrument/tools/report/command_line.h"
#include "instrument/tools/report/formats.h"
#include "instrument/tools/report/text_formats.h"

struct request {
    struct outputs outputs;
    const char *exit_report;
    const char *kind, *file, *id; /* filters; NULL: all */
    const char *diff;             /* the model to compare with; NULL: none */
    const char *explain;          /* the id of a finding, which is `id` then, too; NULL */
    const char *color;
    const struct text_format *format;
    bool symbolize, quiet;
    bool misled;        /* what RADDLE_OPTIONS names as suppressions is none */
    int64_t dump;       /* process; 0: no dump */
    struct rules rules; /* of suppressions, and later of baselines */
    struct baselines baselines;
    bool update_baseline;
    int exitcode; /* for findings; 0: they do not decide; -1: not given, only show */
    const char **inputs;
    size_t n_inputs, inputs_room;
    struct given given;
};

/* Reads argv. Does not return on misuse: one line, 125. */
void request_read(struct request *request, int argc, char **argv);

/* Is only a part of the findings wanted? */
bool request_filters(const struct request *request);

#endif
