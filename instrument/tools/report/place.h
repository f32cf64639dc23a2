/* place.h - where a finding is shown: one file and line, named as a forge names it.
 *
 * Forges want paths relative to the top of the sources. That is GITHUB_WORKSPACE or CI_PROJECT_DIR,
 * else the directory at or above the current one that holds .git, else the current one.
 */
#ifndef RADDLE_TOOLS_REPORT_PLACE_H
#define RADDLE_TOOLS_REPORT_PLACE_H

#include <jansson.h>
#include <stdbool.h>

/* The top of the sources, without a slash at its end; a new string. */
char *place_root(void);

/* `file` below root: its part after it; else as it is. Borrowed. *below says which; a path that was
 * relative all along counts as below. */
const char *place_relative(const char *root, const char *file, bool *below);

/* The stack that stands for the finding, or NULL. */
const json_t *place_stack(const json_t *finding);

struct place {
    const char *file;        /* NULL: no line is known */
    const char *module;      /* then the executable or library; "?" when even that is unknown */
    json_int_t line, column; /* in bytes, from 1; 0: not known */
    json_int_t utf16_column; /* likewise in UTF-16 code units */
};

/* Where the finding is shown. Borrowed from it. */
struct place place_of(const json_t *finding);
/* The same of a frame. */
struct place place_of_frame(const json_t *frame);

/* The file, relative where it can be, and the line of a finding, for formats that must have them:
 * without lines the last part of the module and line 1. Borrowed. */
const char *place_shown(const struct place *place, const char *root, json_int_t *line);

#endif
