/* options.h - the command line of run-with-detector, checked. */
#ifndef RADDLE_TOOLS_GATE_OPTIONS_H
#define RADDLE_TOOLS_GATE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "instrument/tools/report/accept.h"
#include "instrument/tools/report/baseline.h"
#include "instrument/tools/report/command_line.h"
#include "instrument/tools/report/formats.h"
#include "instrument/tools/report/settings.h"
#include "instrument/tools/report/text_formats.h"

struct gate_options {
    char **command;   /* argv of the program to run, ends with NULL */
    const char *keep; /* directory for the raw findings; NULL: they are removed */
    struct outputs outputs;
    const struct text_format *format; /* NULL: our own words */
    const char *color;
    double timeout_s; /* 0: none */
    int exitcode;     /* for findings; 0: report only */
    bool strict, quiet;
    bool self_check; /* then there is no command */
    unsigned checks; /* bit i: the i-th kind of kinds.def */
    const char **ignored;
    size_t n_ignored, ignored_room;
    struct settings settings;
    struct rules rules; /* of suppressions and baselines */
    struct baselines baselines;
    bool update_baseline;
    struct given given;
};

/* Reads argv, and RADDLE_OPTIONS before it. Does not return on misuse: one line, 125. */
void gate_options_read(struct gate_options *options, int argc, char **argv);

/* Was this kind of finding asked for? */
bool gate_options_checks(const struct gate_options *options, const char *kind);

#endif
