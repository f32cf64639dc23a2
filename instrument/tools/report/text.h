/* text.h - the reports people read, printed from the JSON model and from nothing else. */
#ifndef RADDLE_TOOLS_REPORT_TEXT_H
#define RADDLE_TOOLS_REPORT_TEXT_H

#include <stdbool.h>

#include "instrument/tools/report/model.h"
#include "instrument/tools/report/text_formats.h"

struct text_options {
    bool color;
    bool quiet;                       /* no reports: only conditions and the verdict */
    const struct text_format *format; /* NULL: our own words */
};

/* Prints every finding, every condition, and the verdict as the last line, to `fd`. One report is
 * one write(2), so that two tools that share a terminal do not mix theirs. Returns 0, or errno of the first
 * thing that could not be written: a closed standard error does not change the gate's verdict. */
int text_print(const struct model *model, int fd, const struct text_options *options);

/* Likewise what all tasks of a process do: model_dump. */
void text_print_dump(const json_t *dump, int fd, const struct text_options *options);

/* "auto", "always" or "never" for output to fd; NO_COLOR and TERM=dumb are honoured by "auto".
 * Returns false when `when` is none of them. */
bool text_color(const char *when, int fd, bool *color);

/* The report of one finding without colour; a new string. */
char *text_of_finding(const json_t *finding);

#endif
