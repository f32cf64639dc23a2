/* cells.h - how many columns of a terminal does a text take? */
#ifndef RADDLE_TOOLS_REPORT_CELLS_H
#define RADDLE_TOOLS_REPORT_CELLS_H

#include <stddef.h>

/* Of the first `bytes` of UTF-8 without control characters: letters take one, those of East Asia and many pictures two,
 * accents that stand on another none. */
size_t cells_of(const char *text, size_t bytes);
/* How many bytes of such a text at most `most` columns hold, in whole characters. */
size_t cells_bytes(const char *text, size_t most);
/* The text with spaces for its tabs, which end at each eighth column, if it begins at column `from`; a new string. */
char *cells_without_tabs(const char *text, size_t from);

#endif
