/* settings.c - reading and checking key=value options. */
#include "instrument/tools/report/settings.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detector/signal_names.h"

#include "instrument/tools/report/say.h"

#define LINGER_MS         1000
#define LONGEST_LINGER_MS 3600000

/* Numbers are digits and nothing else, as the detector and the runtime read them: what strtoll and
 * strtoull skip or accept besides (spaces, signs) would be passed on to processes that end by it. */
static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool parse_integer(const char *text, int64_t low, int64_t high, int64_t *value) {
    char *end;
    errno = 0;
    long long parsed = strtoll(text, &end, 10);
    if (!is_digit(*text) || *end != '\0' || errno != 0 || parsed < low || parsed > high) {
        return false;
    }
    *value = parsed;
    return true;
}

static char *set_bool(bool *value, const char *name, const char *text) {
    if (strcmp(text, "1") == 0 || strcmp(text, "true") == 0 || strcmp(text, "yes") == 0) {
        *value = true;
    } else if (strcmp(text, "0") == 0 || strcmp(text, "false") == 0 || strcmp(text, "no") == 0) {
        *value = false;
    } else {
        return str_format("bad value '%s' for %s: it must be 0 or 1", text, name);
    }
    return NULL;
}

static char *set_integer(int64_t *value, const char *name, const char *text, int64_t low,
                         int64_t high) {
    if (parse_integer(text, low, high, value)) {
        return NULL;
    }
    return str_format("bad value '%s' for %s: it must be a whole number from %" PRId64
                      " to %" PRId64,
                      text, name, low, high);
}

static char *set_size(uint64_t *value, const char *name, const char *text) {
    char *end;
    errno = 0;
    unsigned long long parsed = strtoull(text, &end, 10);
    unsigned shift = 0;
    switch (*end) {
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
    bool good = is_digit(*text) && errno == 0 && end[shift != 0] == '\0' &&
                parsed <= (unsigned long long)INT64_MAX >> shift;
    if (!good) {
        return str_format("bad value '%s' for %s: it must be a number of bytes, with K, M or G",
                          text, name);
    }
    *value = (uint64_t)parsed << shift;
    return NULL;
}

static char *set_text(const char **value, const char *text) {
    *value = str_copy(text); /* lives as long as the tool */
    return NULL;
}

void settings_init(struct settings *settings) {
    *settings = (struct settings){
#define OPTION_BOOL(name, initial, help)           .name = initial,
#define OPTION_INT(name, initial, low, high, help) .name = initial,
#define OPTION_SIZE(name, initial, help)           .name = initial,
#define OPTION_TEXT(name, initial, help)           .name = initial,
#include "detector/options.def"
        .linger_ms = LINGER_MS,
        .passed_on = str_copy(""),
    };
}

/* Texts that only some values make sense for. */
static const struct choice {
    const char *name, *values, *told;
} choices[] = {
    {"leaks", " default strict ", "default or strict"},
    {"on_deadlock", " exit continue abort ", "exit, continue or abort"},
    {"traceback", " none single all system crash ", "none, single, all, system or crash"},
};

static char *check_choice(const char *name, const char *value) {
    char *error = NULL, *word = str_format(" %s ", value);
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        bool fits = strcmp(name, choices[i].name) != 0 ||
                    (strchr(value, ' ') == NULL && strstr(choices[i].values, word) != NULL);
        if (!fits) {
            error =
                str_format("bad value '%s' for %s: it must be %s", value, name, choices[i].told);
        }
    }
    free(word);
    if (strcmp(name, "dump_signal") == 0 && value[0] != '\0' && signal_names_number(value) == 0) {
        error =
            str_format("bad value '%s' for dump_signal: it must be the name or number of a signal "
                       "that a handler may take, as QUIT, USR1 or 12",
                       value);
    }
    return error;
}

/* Sets a key of the table; *known says whether it is one. */
static char *set_from_table(struct settings *settings, const char *name, const char *value,
                            bool *known) {
    *known = true;
#define OPTION_BOOL(key, initial, help)                                                            \
    if (strcmp(name, #key) == 0) {                                                                 \
        return set_bool(&settings->key, name, value);                                              \
    }
#define OPTION_INT(key, initial, low, high, help)                                                  \
    if (strcmp(name, #key) == 0) {                                                                 \
        return set_integer(&settings->key, name, value, low, high);                                \
    }
#define OPTION_SIZE(key, initial, help)                                                            \
    if (strcmp(name, #key) == 0) {                                                                 \
        return set_size(&settings->key, name, value);                                              \
    }
#define OPTION_TEXT(key, initial, help)                                                            \
    if (strcmp(name, #key) == 0) {                                                                 \
        return set_text(&settings->key, value);                                                    \
    }
#include "detector/options.def"
    *known = false;
    return NULL;
}

static void pass_on(struct settings *settings, const char *name, const char *value) {
    const char *quote = strpbrk(value, ": ") == NULL ? "" : "\"";
    char *longer = str_format("%s%s%s=%s%s%s", settings->passed_on,
                              settings->passed_on[0] == '\0' ? "" : ":", name, quote, value, quote);
    free(settings->passed_on);
    settings->passed_on = longer;
}

static char *set_own(struct settings *settings, const char *name, const char *value) {
    if (strcmp(name, "linger_ms") == 0) {
        return set_integer(&settings->linger_ms, name, value, 0, LONGEST_LINGER_MS);
    }
    if (strcmp(name, "system_path") == 0) {
        if (value[0] != '/') {
            return str_format("bad value '%s' for system_path: it must be an absolute directory",
                              value);
        }
        settings->system_path =
            mem_grow(settings->system_path, settings->n_system_path, &settings->system_path_room,
                     sizeof *settings->system_path);
        settings->system_path[settings->n_system_path++] = str_copy(value);
        return NULL;
    }
    return str_format("unknown option '%s'; see run-with-detector -o help", name);
}

char *settings_set(struct settings *settings, const char *pair) {
    const char *equals = strchr(pair, '=');
    if (equals == NULL || equals == pair) {
        return str_format("bad option '%s': it must be key=value", pair);
    }
    char *name = str_format("%.*s", (int)(equals - pair), pair);
    bool known = true;
    char *error = strchr(equals, '"') == NULL
                      ? set_from_table(settings, name, equals + 1, &known)
                      : str_format("bad value for %s: it cannot hold a double quote", name);
    if (!known) {
        error = set_own(settings, name, equals + 1);
    } else if (error == NULL && (error = check_choice(name, equals + 1)) == NULL) {
        pass_on(settings, name, equals + 1);
    }
    free(name);
    return error;
}

/* The next pair of *text without its quotes, a new string; NULL: no more. An odd quote stays in, and
 * settings_set complains about it. */
static char *next_pair(const char **text) {
    const char *at = *text + strspn(*text, ": ");
    if (*at == '\0') {
        return NULL;
    }
    char *pair = mem_new(strlen(at) + 1, 1), *out = pair;
    bool quoted = false;
    for (; *at != '\0' && (quoted || (*at != ':' && *at != ' ')); at++) {
        if (*at == '"') {
            quoted = !quoted;
        } else {
            *out++ = *at;
        }
    }
    if (quoted) {
        *out = '"';
    }
    *text = at;
    return pair;
}

char *settings_set_all(struct settings *settings, const char *text) {
    char *error = NULL, *pair;
    while (text != NULL && error == NULL && (pair = next_pair(&text)) != NULL) {
        error = settings_set(settings, pair);
        free(pair);
    }
    return error;
}

static void print_key(FILE *out, const char *name, const char *initial, const char *help) {
    fprintf(out, "  %s=%s\n      %s\n", name, initial, help);
}

void settings_print_keys(FILE *out, const void *unused) {
    (void)unused;
#define TEXT_OF(number)                           #number
#define INITIAL(number)                           TEXT_OF(number)
#define OPTION_BOOL(key, initial, help)           print_key(out, #key, initial ? "1" : "0", help);
#define OPTION_INT(key, initial, low, high, help) print_key(out, #key, #initial, help);
#define OPTION_SIZE(key, initial, help)           print_key(out, #key, #initial, help);
#define OPTION_TEXT(key, initial, help)           print_key(out, #key, initial, help);
#include "detector/options.def"
    print_key(
        out, "linger_ms", INITIAL(LINGER_MS),
        "run-with-detector only: how long it waits for what still runs when the command has ended");
    print_key(out, "system_path", "",
              "run-with-detector only: one more directory of programs that need not be observed, "
              "as /usr is");
}

void settings_free(struct settings *settings) {
    free(settings->passed_on);
    free(settings->system_path);
    settings->passed_on = NULL;
    settings->system_path = NULL;
}
