/* suppress.h - files of suppressions, as ThreadSanitizer has them.
 *
 * A file of lines `KIND:PATTERN`, with # for comments. In a pattern * stands for anything, ^ for the
 * start and $ for the end; nothing else is special, and without them it is looked for anywhere.
 *
 *   race                 data races: functions, files and libraries of all stacks, and the variable
 *   race_top             data races: the innermost frame of the two accesses only
 *   called_from_lib      data races and misuse: the library of the innermost frame of the program
 *   deadlock             deadlocks and lock orders
 *   mutex, signal        misuse of locks; unsafe calls in signal handlers
 *   thread, leak         leaks
 *   data-race, lock-order, misuse, panic, and id:ID as reports show it
 *
 * Stacks are those of the accesses or waits, of allocations and of tasks' starts, as the report shows
 * them and the inside of the C++ library: not the other frames that it hides, nor where the locks were taken that an access held.
 */
#ifndef RADDLE_TOOLS_REPORT_SUPPRESS_H
#define RADDLE_TOOLS_REPORT_SUPPRESS_H

#include <jansson.h>
#include <stdbool.h>

#include "instrument/tools/report/accept.h"

/* Adds the rules of `path`; "" has none. Returns NULL, or a new string that says what is wrong. */
char *suppressions_read(struct rules *rules, const char *path);

/* rule: one of suppressions_read's. */
bool suppression_matches(const struct rule *rule, const json_t *finding);

/* Is the pattern found in `text`? */
bool suppression_pattern(const char *pattern, const char *text);

#endif
