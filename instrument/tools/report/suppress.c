/* suppress.c - is this finding one that nobody wants to hear of? */
#include "instrument/tools/report/suppress.h"

#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/identity.h"
#include "instrument/tools/report/say.h"

/* -- patterns -- */

/* `pattern` up to `end` against all of `text`; * is anything. Cost: length times length. */
static bool matches_whole(const char *pattern, const char *end, const char *text) {
    const char *star = NULL, *from = text;
    while (*text != '\0') {
        if (pattern != end && *pattern == '*') {
            star = ++pattern;
            from = text;
        } else if (pattern != end && *pattern == *text) {
            pattern++;
            text++;
        } else if (star != NULL) { /* the last * takes one more */
            pattern = star;
            text = ++from;
        } else {
            return false;
        }
    }
    while (pattern != end && *pattern == '*') {
        pattern++;
    }
    return pattern == end;
}

bool suppression_pattern(const char *pattern, const char *text) {
    bool from_start = pattern[0] == '^';
    pattern += from_start;
    size_t length = strlen(pattern);
    bool to_end = length != 0 && pattern[length - 1] == '$';
    char *whole = str_format("%s%.*s%s", from_start ? "" : "*", (int)(length - to_end), pattern,
                             to_end ? "" : "*");
    bool matches = matches_whole(whole, whole + strlen(whole), text);
    free(whole);
    return matches;
}

/* -- what a kind of rule looks at -- */

/* What ThreadSanitizer's rules do not look at: where locks were taken that an access held, and the tasks
 * that are told of as ancestors only. */
static bool is_aside(const char *key) {
    return strcmp(key, "locks") == 0 || strcmp(key, "family") == 0;
}

/* A frame that no report shows, but for the inside of the C++ library: lists of suppressions name that. */
static bool is_unnamed(const json_t *frame) {
    return field_is_set(frame, "hidden") && !field_is_set(frame, "inner");
}

/* A member of a heap block, of which ThreadSanitizer's rules know the stack that allocated it and no name. */
static bool is_member_of_block(const json_t *json, const char *key) {
    return strcmp(key, "name") == 0 && field_is(json, "kind", "heap");
}

/* Does any name in this part of a finding match? Frames that no report shows have none: start_thread, our
 * run_main and libc.so.6 stand in every stack, and "race:thread" means none of them. */
static bool is_mentioned(const json_t *json, const char *pattern) {
    static const char *const keys[] = {"function", "file", "module", "name"};
    const char *key;
    size_t i;
    json_t *part;
    if (is_unnamed(json)) {
        return false;
    }
    for (i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *name = json_string_value(json_object_get(json, keys[i]));
        if (name != NULL && !is_member_of_block(json, keys[i]) &&
            suppression_pattern(pattern, name)) {
            return true;
        }
    }
    json_object_foreach((json_t *)json, key, part) {
        if (!is_aside(key) && is_mentioned(part, pattern)) {
            return true;
        }
    }
    json_array_foreach(json, i, part) {
        if (is_mentioned(part, pattern)) {
            return true;
        }
    }
    return false;
}

/* The stacks where it happened: of both accesses, or of the operation. Calls it for each. */
static bool any_place(const json_t *finding, const char *pattern,
                      bool (*is_so)(const json_t *stack, const char *pattern)) {
    size_t i;
    json_t *part;
    json_array_foreach(json_object_get(finding, "accesses"), i, part) {
        if (is_so(json_object_get(part, "stack"), pattern)) {
            return true;
        }
    }
    json_array_foreach(json_object_get(finding, "stacks"), i, part) {
        if (is_so(part, pattern)) {
            return true;
        }
    }
    return false;
}

/* The innermost frame that is not ours: memcpy, say, is the detector's only by accident. */
static const json_t *top_frame(const json_t *stack) {
    size_t i;
    json_t *frame;
    json_array_foreach(stack, i, frame) {
        if (!is_unnamed(frame)) {
            return frame;
        }
    }
    return json_array_get(stack, 0);
}

static bool is_on_top(const json_t *stack, const char *pattern) {
    return is_mentioned(top_frame(stack), pattern);
}

static bool is_called_from(const json_t *stack, const char *pattern) {
    const char *module = json_string_value(json_object_get(top_frame(stack), "module"));
    return module != NULL && suppression_pattern(pattern, module);
}

static bool at_top(const json_t *finding, const char *pattern) {
    return any_place(finding, pattern, is_on_top);
}

static bool from_library(const json_t *finding, const char *pattern) {
    return any_place(finding, pattern, is_called_from);
}

static bool is_in_handler(const json_t *finding) {
    return field_is(finding, "class", "unsafe call in a signal handler");
}

static bool of_mutex(const json_t *finding, const char *pattern) {
    return !is_in_handler(finding) && is_mentioned(finding, pattern);
}

static bool of_signal(const json_t *finding, const char *pattern) {
    return is_in_handler(finding) && is_mentioned(finding, pattern);
}

static bool has_id(const json_t *finding, const char *pattern) {
    return field_is(finding, "id", pattern);
}

struct suppression_kind {
    const char *name;
    const char *kinds[3]; /* of findings; none named: all */
    bool (*matches)(const json_t *finding, const char *pattern);
};

static const struct suppression_kind kinds[] = {
    {"race", {"data-race"}, is_mentioned},
    {"race_top", {"data-race"}, at_top},
    {"called_from_lib", {"data-race", "misuse"}, from_library},
    {"deadlock", {"deadlock", "lock-order"}, is_mentioned},
    {"mutex", {"misuse"}, of_mutex},
    {"signal", {"misuse"}, of_signal},
    {"thread", {"leak"}, is_mentioned},
    {"data-race", {"data-race"}, is_mentioned},
    {"lock-order", {"lock-order"}, is_mentioned},
    {"leak", {"leak"}, is_mentioned},
    {"misuse", {"misuse"}, is_mentioned},
    {"panic", {"panic"}, is_mentioned},
    {"id", {NULL}, has_id},
};
#define KIND_NAMES                                                                                 \
    "race, race_top, called_from_lib, deadlock, mutex, signal, thread, data-race, lock-order, "    \
    "leak, misuse, panic or id"

bool suppression_matches(const struct rule *rule, const json_t *finding) {
    const struct suppression_kind *kind = rule->suppression;
    bool of_kind = kind->kinds[0] == NULL;
    for (size_t i = 0; i < sizeof kind->kinds / sizeof kind->kinds[0]; i++) {
        of_kind = of_kind || (kind->kinds[i] != NULL && field_is(finding, "kind", kind->kinds[i]));
    }
    return of_kind && kind->matches(finding, rule->pattern);
}

/* -- reading -- */

static const struct suppression_kind *kind_called(const char *name, size_t length) {
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strncmp(kinds[i].name, name, length) == 0 && kinds[i].name[length] == '\0') {
            return &kinds[i];
        }
    }
    return NULL;
}

static char *add_line(struct rules *rules, const char *line, const char *path, int number) {
    const char *colon = strchr(line, ':');
    if (colon == NULL || colon[1] == '\0') {
        return str_format("%s:%d: '%s' is no suppression: it must be KIND:PATTERN", path, number,
                          line);
    }
    const struct suppression_kind *kind = kind_called(line, (size_t)(colon - line));
    if (kind == NULL) {
        return str_format("%s:%d: unknown kind '%.*s': it must be " KIND_NAMES, path, number,
                          (int)(colon - line), line);
    }
    if (kind->matches == has_id && !identity_is(colon + 1, strlen(colon + 1))) {
        return str_format("%s:%d: '%s' is no finding's id: it must be " IDENTITY_FORM, path, number,
                          colon + 1);
    }
    struct rule rule = {
        .suppression = kind, .text = str_copy(line), .file = str_copy(path), .line = number};
    rule.pattern = rule.text + (colon - line) + 1;
    rules_add(rules, &rule);
    return NULL;
}

char *suppressions_read(struct rules *rules, const char *path) {
    return *path == '\0' ? NULL : rules_read_file(rules, path, "suppressions", add_line);
}
