/* library.h - the inside of the C++ library, most of which the compiler puts into the user's own program.
 *
 * Between std::future::get, which the user has called, and the wait in the kernel there are five functions that
 * nobody knows. Of such frames in a row the outermost is shown, and names the wait; the others are hidden, but a
 * suppression may still name them, as those of ThreadSanitizer do.
 */
#ifndef RADDLE_TOOLS_REPORT_LIBRARY_H
#define RADDLE_TOOLS_REPORT_LIBRARY_H

#include <jansson.h>
#include <stdbool.h>

/* Sets "hidden" and "inner" of them. Frames have their "system" already. */
void library_fold(json_t *stack);

/* Sets "called" of a wait to what its user called, "std::future::get", where its stack tells that, and says in words
 * what it waits for, where that is a word in memory of the library's. Its "kind" stays what the system calls it. */
void library_name_wait(json_t *wait);

/* What a report calls a wait. */
const char *library_wait_name(const json_t *wait);

#endif
