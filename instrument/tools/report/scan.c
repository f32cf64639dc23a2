/* scan.c - JSON without building it; see scan.h. */
#include "instrument/tools/report/scan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/say.h"
#include "instrument/tools/report/utf8.h"

enum { DEEPEST = 200, MOST_DIGITS = 18, MOST_EXPONENT_DIGITS = 2 };

static const char *skip_space(const char *at, const char *end) {
    while (at != end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) {
        at++;
    }
    return at;
}

/* -- checking: each takes what it names and returns what is behind it, or NULL -- */

/* What follows a backslash. */
static const char *take_escape(const char *at, const char *end) {
    if (at == end) {
        return NULL;
    }
    if (*at != 'u') {
        return *at != '\0' && strchr("\"\\/bfnrt", *at) != NULL ? at + 1 : NULL;
    }
    if (end - at < 5) {
        return NULL;
    }
    for (int i = 1; i <= 4; i++) {
        if (!isxdigit((unsigned char)at[i])) {
            return NULL;
        }
    }
    bool surrogate = (at[1] == 'd' || at[1] == 'D') && at[2] >= '8';
    return surrogate || strncmp(at, "u0000", 5) == 0 ? NULL : at + 5;
}

static const char *take_string(const char *at, const char *end) {
    if (at == end || *at++ != '"') {
        return NULL;
    }
    while (at != NULL && at != end && *at != '"') {
        unsigned char c = (unsigned char)*at;
        if (c < ' ') {
            return NULL;
        }
        at = c == '\\' ? take_escape(at + 1, end) : c < 0x80 ? at + 1 : utf8_after(at, end);
    }
    return at == NULL || at == end ? NULL : at + 1;
}

/* Digits, at least one and at most that many. */
static const char *take_digits(const char *at, const char *end, int most) {
    const char *start = at;
    while (at != end && isdigit((unsigned char)*at)) {
        at++;
    }
    return at == start || at - start > most ? NULL : at;
}

static const char *take_number(const char *at, const char *end) {
    at += *at == '-';
    bool zero = at != end && *at == '0';
    at = zero ? at + 1 : take_digits(at, end, MOST_DIGITS);
    if (at != NULL && at != end && *at == '.') {
        at = take_digits(at + 1, end, MOST_DIGITS);
    }
    if (at != NULL && at != end && (*at == 'e' || *at == 'E')) {
        at++;
        at += at != end && (*at == '-' || *at == '+');
        at = take_digits(at, end, MOST_EXPONENT_DIGITS);
    }
    return at;
}

static const char *take_word(const char *at, const char *end, const char *word) {
    size_t length = strlen(word);
    return (size_t)(end - at) >= length && memcmp(at, word, length) == 0 ? at + length : NULL;
}

static const char *take_value(const char *at, const char *end, int depth);

/* What stands in { } or [ ]. */
static const char *take_list(const char *at, const char *end, int depth) {
    bool object = *at == '{';
    char close = object ? '}' : ']';
    at = skip_space(at + 1, end);
    if (at != end && *at == close) {
        return at + 1;
    }
    while (depth != 0) {
        if (object) {
            at = take_string(at, end);
            at = at == NULL ? NULL : skip_space(at, end);
            if (at == NULL || at == end || *at++ != ':') {
                return NULL;
            }
        }
        at = take_value(skip_space(at, end), end, depth - 1);
        at = at == NULL ? NULL : skip_space(at, end);
        if (at == NULL || at == end || (*at != ',' && *at != close)) {
            return NULL;
        }
        if (*at++ == close) {
            return at;
        }
        at = skip_space(at, end);
    }
    return NULL;
}

static const char *take_value(const char *at, const char *end, int depth) {
    if (at == end) {
        return NULL;
    }
    switch (*at) {
    case '{':
    case '[':
        return take_list(at, end, depth);
    case '"':
        return take_string(at, end);
    case 't':
        return take_word(at, end, "true");
    case 'f':
        return take_word(at, end, "false");
    case 'n':
        return take_word(at, end, "null");
    default:
        return *at == '-' || isdigit((unsigned char)*at) ? take_number(at, end) : NULL;
    }
}

bool scan_valid(struct span text) {
    const char *at = skip_space(text.from, text.to);
    if (at == text.to || *at != '{') {
        return false;
    }
    at = take_value(at, text.to, DEEPEST);
    return at != NULL && skip_space(at, text.to) == text.to;
}

/* -- looking: of what is valid -- */

static const char *end_of_string(const char *at, const char *end) {
    for (at++; at < end && *at != '"'; at++) {
        at += *at == '\\';
    }
    return at < end ? at + 1 : end;
}

static const char *end_of_value(const char *at, const char *end) {
    int depth = 0;
    while (at < end) {
        if (*at == '"') {
            at = end_of_string(at, end);
        } else if (*at == '{' || *at == '[') {
            depth++;
            at++;
            continue;
        } else if (*at == '}' || *at == ']') {
            depth--;
            at++;
        } else if (depth == 0) {
            while (at < end && strchr(",]} \t\r\n", *at) == NULL) {
                at++;
            }
        } else {
            at++;
            continue;
        }
        if (depth == 0) {
            return at;
        }
    }
    return end;
}

bool scan_is_list(struct span value) {
    return value.from != NULL && value.from != value.to &&
           (*value.from == '[' || *value.from == ',' || *value.from == ']');
}

bool scan_next(struct span *rest, struct span *key, struct span *value) {
    const char *at = skip_space(rest->from, rest->to), *end = rest->to;
    if (at == end || (*at != '{' && *at != '[' && *at != ',')) {
        return false;
    }
    at = skip_space(at + 1, end);
    if (at == end || *at == '}' || *at == ']') {
        return false;
    }
    if (key != NULL) {
        key->from = at;
        key->to = at = end_of_string(at, end);
        at = scan_after_key(at, end);
    }
    value->from = at;
    value->to = rest->from = end_of_value(at, end);
    return true;
}

const char *scan_inside(const char *bracket, const char *end) {
    return skip_space(bracket + 1, end);
}

const char *scan_after_key(const char *at, const char *end) {
    at = skip_space(at, end);
    return skip_space(at == end ? at : at + 1, end); /* the colon */
}

const char *scan_after_value(const char *at, const char *end) {
    at = skip_space(at, end);
    return at != end && *at == ',' ? skip_space(at + 1, end) : at;
}

const char *scan_end(const char *value, const char *end) {
    return end_of_value(value, end);
}

struct span scan_trim(struct span value) {
    return (struct span){skip_space(value.from, value.to), value.to};
}

struct span scan_member(struct span object, const char *name) {
    struct span rest = object, key, value, found = {0};
    size_t length = strlen(name);
    bool is_object = object.from != NULL && object.from != object.to && *object.from == '{';
    while (is_object && scan_next(&rest, &key, &value)) {
        if ((size_t)(key.to - key.from) == length + 2 && memcmp(key.from + 1, name, length) == 0) {
            found = value;
        }
    }
    return found;
}

bool scan_is(struct span value, const char *text) {
    size_t length = strlen(text);
    return value.from != NULL && (size_t)(value.to - value.from) == length &&
           memcmp(value.from, text, length) == 0;
}

char *scan_text(struct span value) {
    if (value.from == NULL || *value.from != '"') {
        return NULL;
    }
    size_t length = (size_t)(value.to - value.from);
    if (memchr(value.from, '\\', length) == NULL) {
        return str_format("%.*s", (int)length - 2, value.from + 1);
    }
    json_t *tree = scan_tree(value);
    char *text = tree == NULL ? NULL : str_copy(json_string_value(tree));
    json_decref(tree);
    return text;
}

json_int_t scan_number(struct span value) {
    bool number = value.from != NULL && (*value.from == '-' || isdigit((unsigned char)*value.from));
    return number ? strtoll(value.from, NULL, 10) : 0;
}

/* -- building: of what is valid, in a third of a parser's time, which looks at each byte through several functions -- */

static json_t *parsed(const char *from, const char *to) {
    return json_loadb(from, (size_t)(to - from), JSON_DECODE_ANY, NULL);
}

static bool has_escapes(const char *from, const char *to) {
    return memchr(from, '\\', (size_t)(to - from)) != NULL;
}

static json_t *build_value(const char **at, const char *end);

static bool build_member(json_t *object, const char **at, const char *end) {
    const char *key = *at, *behind = end_of_string(key, end);
    *at = scan_after_key(behind, end);
    json_t *value = build_value(at, end);
    if (!has_escapes(key, behind)) {
        return json_object_setn_new_nocheck(object, key + 1, (size_t)(behind - key) - 2, value) ==
               0;
    }
    json_t *name = parsed(key, behind);
    bool is_set = json_object_set_new(object, json_string_value(name), value) == 0;
    json_decref(name);
    return is_set;
}

static json_t *build_list(const char **at, const char *end) {
    bool is_object = **at == '{', good = true;
    json_t *list = is_object ? json_object() : json_array();
    *at = scan_inside(*at, end);
    while (good && *at != end && **at != '}' && **at != ']') {
        good = is_object ? build_member(list, at, end)
                         : json_array_append_new(list, build_value(at, end)) == 0;
        *at = scan_after_value(*at, end);
    }
    *at += *at != end;
    if (!good) {
        json_decref(list);
    }
    return good ? list : NULL;
}

/* Moves *at behind it. */
static json_t *build_value(const char **at, const char *end) {
    const char *from = *at;
    if (*from == '{' || *from == '[') {
        return build_list(at, end);
    }
    *at = end_of_value(from, end);
    if (*from == '"' && !has_escapes(from, *at)) {
        return json_stringn_nocheck(from + 1, (size_t)(*at - from) - 2);
    }
    const char *digits = from + (*from == '-');
    bool is_integer = *at - digits <= MOST_DIGITS && take_digits(digits, *at, MOST_DIGITS) == *at;
    return is_integer ? json_integer(strtoll(from, NULL, 10)) : parsed(from, *at);
}

json_t *scan_tree(struct span value) {
    const char *at = value.from;
    return at == NULL || at == value.to ? NULL : build_value(&at, value.to);
}
