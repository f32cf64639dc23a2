/* cells.h - how many columns of a terminal does a text take? */
#ifndef RADDLE_TOOLS_REPORT_CELLS_H
#define RADDLE_TOOLS_REPORT_CELLS_H

#include <stddef.h>

/* Of the first `bytes` of UTF-8 without control characters: letters take one, those of East Asia and many pictures two,
 * accents that stand on another none. */
size_t cells_of(const char *text, size_t bytes);

#endif
