/* suppress.h - findings that somebody has decided not to hear of.
 *
 * A file of lines `KIND:PATTERN`, with # for comments. KIND is a kind of finding, race, thread (a
 * leak), or id. PATTERN is looked for in the functions, files and libraries of all stacks of a
 * finding and in the object's name; * stands for anything, ^ and $ for the ends.
 */
#ifndef RADDLE_TOOLS_REPORT_SUPPRESS_H
#define RADDLE_TOOLS_REPORT_SUPPRESS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct suppression {
    const char *kind; /* a name of kinds.def, or "id" */
    char *glob;
};

struct suppressions {
    struct suppression *all;
    size_t n, room;
};

/* Adds the rules of `path`; "" has none. Returns NULL, or a new string that says what is wrong. */
char *suppressions_read(struct suppressions *suppressions, const char *path);
bool suppressions_match(const struct suppressions *suppressions, const json_t *finding);
void suppressions_free(struct suppressions *suppressions);

#endif
