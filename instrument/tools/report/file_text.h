/* file_text.h - a whole file in memory. */
#ifndef RADDLE_TOOLS_REPORT_FILE_TEXT_H
#define RADDLE_TOOLS_REPORT_FILE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* What people write is no longer; a device or a pipe may have no end. */
#define LONGEST_TEXT ((size_t)64 << 20)

/* The bytes of a file, pipes too, and a NUL behind them; free with free(). NULL: file_error says why. */
char *file_text(const char *path, size_t *bytes);
/* The same from where `fd` stands. */
char *fd_text(int fd, size_t *bytes);

/* How long the mark of UTF-8 is that some editors set at the start: 0 or 3. */
size_t text_mark(const char *text, size_t bytes);

/* What errno says of one of these; EFBIG: it is longer than LONGEST_TEXT. */
const char *file_error(int why);

/* Writes all of it; returns 0 or an errno. */
int fd_write(int fd, const char *text, size_t bytes);

/* Would writing to one be writing to the other? Of files that are not there yet the names decide. */
bool file_is_same(const char *path, const char *other);

/* Ends the tool with one line when the file cannot be written: a run may take an hour, and this is
 * told before. */
void file_check_writable(const char *path);

#endif
