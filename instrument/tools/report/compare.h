/* compare.h - what is new, what is as before, what is gone? */
#ifndef RADDLE_TOOLS_REPORT_COMPARE_H
#define RADDLE_TOOLS_REPORT_COMPARE_H

#include "instrument/tools/report/model.h"

/* Accepts the findings of `model` that `old`, read from `path`, has too, and makes a condition of each
 * that only `old` has. Such a one was not met, which is no proof that it is mended. */
void compare(struct model *model, const struct model *old, const char *path);

#endif
