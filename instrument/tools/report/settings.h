/* settings.h - key=value options: checked against detector/options.def, never ignored.
 *
 * The tools take -o key=value and RADDLE_OPTIONS. Keys of the table go on to the processes under
 * test in RADDLE_OPTIONS; the tools' own keys (linger_ms, system_path) do not.
 */
#ifndef RADDLE_TOOLS_REPORT_SETTINGS_H
#define RADDLE_TOOLS_REPORT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct settings {
#define OPTION_BOOL(name, initial, help)           bool name;
#define OPTION_INT(name, initial, low, high, help) int64_t name;
#define OPTION_SIZE(name, initial, help)           uint64_t name;
#define OPTION_TEXT(name, initial, help)           const char *name;
#include "detector/options.def"
    int64_t linger_ms;        /* how long descendants are waited for after the command */
    const char **system_path; /* further directories of helpers */
    size_t n_system_path, system_path_room;
    char *passed_on; /* what the processes under test get in RADDLE_OPTIONS */
};

/* The initial values of the table. */
void settings_init(struct settings *settings);
/* One key=value. Returns NULL, or a new string that says what is wrong with it. */
char *settings_set(struct settings *settings, const char *pair);
/* A whole RADDLE_OPTIONS: pairs between colons or spaces, values in double quotes where they hold
 * either. NULL text is empty. */
char *settings_set_all(struct settings *settings, const char *text);
/* Every key with its initial value and what it is for. */
void settings_print_keys(FILE *out, const void *unused);
void settings_free(struct settings *settings);

/* A whole number in [low, high] and nothing after it. */
bool parse_integer(const char *text, int64_t low, int64_t high, int64_t *value);

#endif
