/* caret.h - which character of a source line does a frame point to? */
#ifndef RADDLE_TOOLS_REPORT_CARET_H
#define RADDLE_TOOLS_REPORT_CARET_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* In *offset where it begins in the text of the snippet's own line, in bytes. False: the column of the user frame of
 * `stack` is not known, lies where the line was cut or where nothing stands, or the source is newer than the program. */
bool caret_at(const json_t *snippet, const json_t *stack, size_t *offset);

#endif
