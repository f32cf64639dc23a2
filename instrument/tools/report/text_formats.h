/* text_formats.h - reports in the words of other detectors, for tools that read those.
 *
 * A format is a row of the table: how one finding looks, and what follows the last one. What another
 * detector has no words for is told in the same shape.
 */
#ifndef RADDLE_TOOLS_REPORT_TEXT_FORMATS_H
#define RADDLE_TOOLS_REPORT_TEXT_FORMATS_H

#include <stdio.h>

#include "instrument/tools/report/model.h"

struct text_format {
    const char *name;
    void (*finding)(FILE *out, const json_t *finding); /* NULL: our own words, text.c */
    void (*end)(FILE *out, const struct model *model); /* NULL: nothing */
};

/* raddle, go or tsan. Ends the tool when `name` is none of them. */
const struct text_format *text_format(const char *name);

void text_go_finding(FILE *out, const json_t *finding);
void text_go_end(FILE *out, const struct model *model);
void text_tsan_finding(FILE *out, const json_t *finding);
void text_tsan_end(FILE *out, const struct model *model);

#endif
