/* text.h - the reports people read, printed from the JSON model and from nothing else. */
#ifndef RADDLE_TOOLS_REPORT_TEXT_H
#define RADDLE_TOOLS_REPORT_TEXT_H

#include <stdbool.h>

#include "instrument/tools/report/model.h"
#include "instrument/tools/report/text_formats.h"

struct text_options {
    bool color;
    size_t columns;                   /* of the terminal; 0: nothing stands side by side */
    bool quiet;                       /* no reports: only conditions and the verdict */
    const struct text_format *format; /* NULL: our own words */
    json_t *
        told; /* findings that were printed, which are not again: their ids, and how many tasks each then had. What
                     is printed is added. NULL: none; borrowed */
};

/* Prints every finding, every condition, and the verdict as the last line, to `fd`. One report is
 * one write(2), so that two tools that share a terminal do not mix theirs. Returns 0, or errno of the first
 * thing that could not be written: a closed standard error does not change the gate's verdict. */
int text_print(const struct model *model, int fd, const struct text_options *options);

/* Likewise one finding alone, if it was not told, or more is known of it now. */
int text_print_finding(const json_t *finding, int fd, const struct text_options *options);

/* Likewise what all tasks of a process do: model_dump. */
void text_print_dump(const json_t *dump, int fd, const struct text_options *options);

/* Whether colour (when: `color`) and how many columns suit what is behind fd (terminal.h). */
void text_suit(struct text_options *options, const char *color, int fd);

/* The report of one finding; a new string. NULL options: as it stands in files. */
char *text_of_finding(const json_t *finding, const struct text_options *options);

#endif
