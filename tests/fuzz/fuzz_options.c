/* fuzz_options.c - bytes are a RADDLE_OPTIONS, on which the tools and the process agree.
 *
 * The input is read as a whole list, and as one `-o key=value`. What the tools accept they pass on to
 * the processes under test: each must accept it, and mean the same by it. What a process accepts by
 * itself the tools accept too, but for texts that only some values make sense for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "instrument/options.h"
#include "instrument/tools/report/settings.h"

static void complain(const char *what, const char *text) {
    fprintf(stderr, "DISAGREEMENT: %s: %s\n", what, text);
    abort();
}

static void compare(const struct settings *settings, const struct det_options *options) {
#define OPTION_BOOL(name, initial, help)                                                           \
    if (settings->name != options->name) {                                                         \
        complain(#name, settings->passed_on);                                                      \
    }
#define OPTION_INT(name, initial, low, high, help) OPTION_BOOL(name, initial, help)
#define OPTION_SIZE(name, initial, help)           OPTION_BOOL(name, initial, help)
#define OPTION_TEXT(name, initial, help)                                                           \
    if (strcmp(settings->name, options->name) != 0) {                                              \
        complain(#name, settings->passed_on);                                                      \
    }
#include "detector/options.def"
}

static bool process_takes(struct det_options *options, const char *text, char **copy) {
    const char *word;
    options_read(options, NULL);
    *copy = strdup(text);
    return options_parse(options, *copy, &word) == NULL;
}

static void check_passed_on(const struct settings *settings) {
    struct det_options options;
    char *copy;
    if (!process_takes(&options, settings->passed_on, &copy)) {
        complain("what is passed on is refused", settings->passed_on);
    }
    compare(settings, &options);
    free(copy);
}

/* Returns what the tools complain about; NULL: they take it. */
static char *check(const char *text, char *(*set)(struct settings *, const char *)) {
    struct settings settings;
    settings_init(&settings);
    char *error = set(&settings, text);
    if (error == NULL) {
        check_passed_on(&settings);
    }
    settings_free(&settings);
    return error;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    char *text = malloc(size + 1), *copy;
    struct det_options options;
    memcpy(text, bytes, size);
    text[size] = '\0';
    free(check(text, settings_set));
    char *error = check(text, settings_set_all);
    bool is_choice = error != NULL && (strstr(error, " for leaks: it must be ") != NULL ||
                                       strstr(error, " for traceback: it must be ") != NULL);
    if (process_takes(&options, text, &copy) && error != NULL && !is_choice) {
        complain(error, text);
    }
    free(error);
    free(copy);
    free(text);
    return 0;
}
