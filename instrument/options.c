/* options.c - reads key=value:key=value. */
#include "instrument/options.h"

#include "detector/signal_names.h"
#include "instrument/sys.h"

#include <stdint.h>

/* Texts compare and numbers read without libc: this runs before it is ready. */
static bool same(const char *a, const char *b) {
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static bool read_number(const char *text, int64_t *out) {
    int64_t n = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text >= '0' && *text <= '9'; text++) {
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, *text - '0', &n)) {
            return false;
        }
    }
    *out = n;
    return *text == '\0';
}

static bool set_bool(bool *out, const char *value) {
    *out = same(value, "1") || same(value, "true") || same(value, "yes");
    return *out || same(value, "0") || same(value, "false") || same(value, "no");
}

static bool set_int(int64_t *out, const char *value, int64_t low, int64_t high) {
    return read_number(value, out) && *out >= low && *out <= high;
}

/* Digits, then at most one of K, M and G. */
static bool set_size(uint64_t *out, char *value) {
    size_t n = 0;
    while (value[n] != '\0') {
        n++;
    }
    unsigned shift = 0;
    char last = n > 1 ? value[n - 1] : '\0';
    if (last == 'K' || last == 'M' || last == 'G') {
        shift = last == 'K' ? 10 : last == 'M' ? 20 : 30;
        value[n - 1] = '\0';
    }
    int64_t number = 0;
    bool good = read_number(value, &number) && number <= INT64_MAX >> shift;
    *out = (uint64_t)number << shift;
    if (shift != 0) {
        value[n - 1] = last;
    }
    return good;
}

static const char *set(struct det_options *out, const char *key, char *value) {
#define OPTION_BOOL(name, initial, help)                                                           \
    if (same(key, #name)) {                                                                        \
        return set_bool(&out->name, value) ? NULL : "is not true or false";                        \
    }
#define OPTION_INT(name, initial, low, high, help)                                                 \
    if (same(key, #name)) {                                                                        \
        return set_int(&out->name, value, low, high) ? NULL                                        \
                                                     : "is not a number from " #low " to " #high;  \
    }
#define OPTION_SIZE(name, initial, help)                                                           \
    if (same(key, #name)) {                                                                        \
        return set_size(&out->name, value) ? NULL : "is not a size such as 64K, 16M or 1G";        \
    }
#define OPTION_TEXT(name, initial, help)                                                           \
    if (same(key, #name)) {                                                                        \
        out->name = value;                                                                         \
        return NULL;                                                                               \
    }
#include "detector/options.def"
    return "is no option";
}

static const char *check(const struct det_options *out, const char *key) {
    const char *value = out->on_deadlock;
    bool known = same(value, "exit") || same(value, "continue") || same(value, "abort");
    if (same(key, "dump_signal") && out->dump_signal[0] != '\0' &&
        signal_names_number(out->dump_signal) == 0) {
        return "is not the name or number of a signal that a handler may take";
    }
    return known || !same(key, "on_deadlock") ? NULL : "is not exit, continue or abort";
}

/* Ends the word at *text in place and returns it; *text goes to the next. A value may stand in
 * double quotes, which are taken off; *open: the last one is missing. */
static char *next_word(char **text, char **value, bool *open) {
    char *in = *text;
    while (*in == ':' || *in == ' ') {
        in++;
    }
    if (*in == '\0') {
        return NULL;
    }
    char *word = in, *out = in;
    bool quoted = false;
    *value = NULL;
    for (; *in != '\0' && (quoted || (*in != ':' && *in != ' ')); in++) {
        if (*in == '"') {
            quoted = !quoted;
        } else if (*in == '=' && *value == NULL) {
            *out++ = '\0';
            *value = out;
        } else {
            *out++ = *in;
        }
    }
    *text = *in != '\0' ? in + 1 : in;
    *out = '\0';
    *open = quoted;
    return word;
}

const char *options_parse(struct det_options *out, char *text, const char **word) {
    char *key, *value;
    bool open;
    while ((key = next_word(&text, &value, &open)) != NULL) {
        *word = key;
        const char *fault = open            ? "has a double quote that is not closed"
                            : value == NULL ? "has no value"
                                            : set(out, key, value);
        fault = fault != NULL ? fault : check(out, key);
        if (fault != NULL) {
            return fault;
        }
    }
    return NULL;
}

void options_read(struct det_options *out, const char *text) {
#define OPTION_BOOL(name, initial, help)           out->name = initial;
#define OPTION_INT(name, initial, low, high, help) out->name = initial;
#define OPTION_SIZE(name, initial, help)           out->name = initial;
#define OPTION_TEXT(name, initial, help)           out->name = initial;
#include "detector/options.def"
    if (text == NULL || text[0] == '\0') {
        return;
    }
    size_t n = 0;
    while (text[n] != '\0') {
        n++;
    }
    char *copy = (char *)sys_map(n + 1, 0);
    if (copy == NULL) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        copy[i] = text[i];
    }
    const char *word = NULL;
    const char *fault = options_parse(out, copy, &word);
    if (fault != NULL) {
        sys_say("raddle: RADDLE_OPTIONS: ", word, " ", fault,
                "; write key=value:key=value with the keys of the manual", NULL);
        sys_exit(125);
    }
}
