/* terminal.h - what can be shown where a report is printed? */
#ifndef RADDLE_TOOLS_REPORT_TERMINAL_H
#define RADDLE_TOOLS_REPORT_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* "auto", "always" or "never" for output to fd; NO_COLOR and TERM=dumb are honoured by "auto".
 * Returns false when `when` is none of them. */
bool terminal_color(const char *when, int fd, bool *color);

/* How wide the terminal behind fd is, COLUMNS before what it says itself; 0: that is not known, or it is none. */
size_t terminal_columns(int fd);

#endif
