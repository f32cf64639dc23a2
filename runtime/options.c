/* options.c - reading RADDLE_OPTIONS before main.
 *
 * The table of keys is shared with the detector (detector/options.def), so that each of the two
 * libraries knows the other's keys and rejects only what neither has.
 */
#include "runtime/options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/out.h"
#include "runtime/rt.h"

#define VALUE_BYTES  256
#define STATUS_WRONG 125

/* Filled once before main. */
static struct rdl__options options = {.stack_bytes = DEFAULT_STACK_BYTES,
                                      .traceback = TRACEBACK_ALL};

enum option_type { OPTION_IS_BOOL, OPTION_IS_INT, OPTION_IS_SIZE, OPTION_IS_TEXT };

struct option {
    const char *name;
    enum option_type type;
    int64_t low, high;
};

static const struct option table[] = {
#define OPTION_BOOL(name, initial, help)           {#name, OPTION_IS_BOOL, 0, 1},
#define OPTION_INT(name, initial, low, high, help) {#name, OPTION_IS_INT, low, high},
#define OPTION_SIZE(name, initial, help)           {#name, OPTION_IS_SIZE, 0, INT64_MAX},
#define OPTION_TEXT(name, initial, help)           {#name, OPTION_IS_TEXT, 0, 0},
#include "detector/options.def"
};

const struct rdl__options *rdl__options_get(void) {
    return &options;
}

/* -- one line and 125 -- */

static _Noreturn void reject(const char *variable, const char *what, const char *word) {
    struct out o;
    rdl__out_start(&o, STDERR_FILENO);
    rdl__out_text(&o, "raddle: ");
    rdl__out_text(&o, variable);
    rdl__out_text(&o, ": ");
    rdl__out_text(&o, what);
    rdl__out_text(&o, ": ");
    rdl__out_text(&o, word);
    rdl__out_text(&o, "\n");
    rdl__out_flush(&o);
    _exit(STATUS_WRONG);
}

/* -- values -- */

static bool parse_int(const char *text, int64_t low, int64_t high, int64_t *value) {
    char *end;
    if (*text < '0' || *text > '9') {
        return false;
    }
    unsigned long long number = strtoull(text, &end, 10);
    if (*end != 0 || number > INT64_MAX) {
        return false;
    }
    *value = (int64_t)number;
    return *value >= low && *value <= high;
}

static bool parse_size(const char *text, int64_t *value) {
    char digits[VALUE_BYTES];
    size_t n = strlen(text);
    unsigned shift = 0;
    if (n == 0 || n >= sizeof(digits)) {
        return false;
    }
    strcpy(digits, text);
    switch (digits[n - 1]) {
    case 'K':
        shift = 10;
        break;
    case 'M':
        shift = 20;
        break;
    case 'G':
        shift = 30;
        break;
    default:
        break;
    }
    if (shift != 0) {
        digits[n - 1] = 0;
    }
    if (!parse_int(digits, 0, INT64_MAX >> shift, value)) {
        return false;
    }
    *value <<= shift;
    return true;
}

static bool parse_bool(const char *text, int64_t *value) {
    static const char *const words[] = {"0", "1", "false", "true", "no", "yes"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(text, words[i]) == 0) {
            *value = i % 2;
            return true;
        }
    }
    return false;
}

static bool parse_traceback(const char *text) {
    static const char *const words[] = {"none", "single", "all", "system", "crash"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(text, words[i]) == 0) {
            options.traceback = (enum traceback)i;
            return true;
        }
    }
    return false;
}

/* Keeps what is the runtime's. */
static bool keep(const char *name, int64_t value, const char *text) {
    if (strcmp(name, "maxprocs") == 0) {
        options.maxprocs = (int)value;
    } else if (strcmp(name, "stack_size") == 0) {
        options.stack_bytes = (size_t)value;
    } else if (strcmp(name, "seed") == 0) {
        options.seed = (uint64_t)value;
    } else if (strcmp(name, "traceback") == 0) {
        return parse_traceback(text);
    } else if (strcmp(name, "leaks") == 0) {
        return strcmp(text, "default") == 0 || strcmp(text, "strict") == 0;
    }
    return true;
}

static bool parse_value(const struct option *option, const char *text) {
    int64_t value = 0;
    bool good = true;
    switch (option->type) {
    case OPTION_IS_BOOL:
        good = parse_bool(text, &value);
        break;
    case OPTION_IS_INT:
        good = parse_int(text, option->low, option->high, &value);
        break;
    case OPTION_IS_SIZE:
        good = parse_size(text, &value);
        break;
    case OPTION_IS_TEXT:
        break;
    }
    return good && keep(option->name, value, text);
}

/* -- words -- */

/* Copies the next `key=value` to word, without the quotes; returns what follows it. */
static const char *next_word(const char *at, char *word, size_t bytes) {
    size_t n = 0;
    bool quoted = false;
    for (; *at != 0 && (quoted || (*at != ':' && *at != ' ')); at++) {
        if (*at == '"') {
            quoted = !quoted;
        } else if (n + 1 < bytes) {
            word[n++] = *at;
        }
    }
    word[n] = 0;
    if (quoted) {
        reject("RADDLE_OPTIONS", "a double quote is not closed", word);
    }
    return *at == 0 ? at : at + 1;
}

static void parse_word(char *word) {
    char *equals = strchr(word, '=');
    if (equals == NULL) {
        reject("RADDLE_OPTIONS", "not of the form key=value", word);
    }
    *equals = 0;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (strcmp(table[i].name, word) == 0) {
            if (!parse_value(&table[i], equals + 1)) {
                *equals = '=';
                reject("RADDLE_OPTIONS", "bad value", word);
            }
            return;
        }
    }
    reject("RADDLE_OPTIONS", "unknown key", word);
}

static void parse_environment(void) {
    char word[VALUE_BYTES * 4];
    const char *text = getenv("RADDLE_OPTIONS");
    while (text != NULL && *text != 0) {
        text = next_word(text, word, sizeof(word));
        if (word[0] != 0) {
            parse_word(word);
        }
    }
    const char *procs = getenv("RADDLE_MAXPROCS");
    int64_t value;
    if (procs != NULL && *procs != 0) {
        if (!parse_int(procs, 1, WORKERS_MAX, &value)) {
            reject("RADDLE_MAXPROCS", "not a number from 1 to 4096", procs);
        }
        options.maxprocs = (int)value;
    }
    const char *traceback = getenv("RADDLE_TRACEBACK");
    if (traceback != NULL && *traceback != 0 && !parse_traceback(traceback)) {
        reject("RADDLE_TRACEBACK", "not none, single, all, system or crash", traceback);
    }
}

__attribute__((constructor)) static void check_options(void) {
    parse_environment();
}
