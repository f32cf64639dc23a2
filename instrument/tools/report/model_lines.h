/* model_lines.h - a model in a file of ours, read a line at a time.
 *
 * json_write() puts each finding on a line of its own, so that a file of any size is read with the room
 * of one line, and findings go into the store as they stand there.
 */
#ifndef RADDLE_TOOLS_REPORT_MODEL_LINES_H
#define RADDLE_TOOLS_REPORT_MODEL_LINES_H

#include <stdio.h>

#include "instrument/tools/report/model.h"

/* NULL: the file is not laid out so, or something in it is not of the model's shape (shape.h), or better left to a
 * parser. */
struct model *model_read_lines(FILE *file);

#endif
