/* suppress.c - is this finding one that nobody wants to hear of? */
#include "instrument/tools/report/suppress.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/say.h"

/* -- reading -- */

/* The kind that a file calls `name`; NULL: none. */
static const char *kind_called(const char *name) {
    static const struct {
        const char *name, *kind;
    } names[] = {
#define X(name, one, many) {name, name},
#include "instrument/tools/report/kinds.def"
#undef X
        {"race", "data-race"},
        {"thread", "leak"},
        {"id", "id"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i].name, name) == 0) {
            return names[i].kind;
        }
    }
    return NULL;
}

/* A pattern that is open at both ends as a glob that is not. */
static char *glob_of(const char *pattern) {
    bool from_start = pattern[0] == '^';
    pattern += from_start;
    size_t length = strlen(pattern);
    bool to_end = length != 0 && pattern[length - 1] == '$';
    return str_format("%s%.*s%s", from_start ? "" : "*", (int)(length - to_end), pattern,
                      to_end ? "" : "*");
}

static char *add_line(struct suppressions *suppressions, char *line, const char *path, int number) {
    line += strspn(line, " \t");
    line[strcspn(line, "\r\n")] = '\0';
    for (size_t n = strlen(line); n != 0 && strchr(" \t", line[n - 1]) != NULL; n--) {
        line[n - 1] = '\0';
    }
    if (line[0] == '\0' || line[0] == '#') {
        return NULL;
    }
    char *colon = strchr(line, ':');
    if (colon == NULL || colon[1] == '\0') {
        return str_format("%s:%d: '%s' is no suppression: it must be KIND:PATTERN", path, number,
                          line);
    }
    *colon = '\0';
    const char *kind = kind_called(line);
    if (kind == NULL) {
        return str_format(
            "%s:%d: unknown kind '%s': it must be race, deadlock, lock-order, leak, misuse, "
            "panic or id",
            path, number, line);
    }
    suppressions->all = mem_grow(suppressions->all, suppressions->n, &suppressions->room,
                                 sizeof *suppressions->all);
    suppressions->all[suppressions->n++] =
        (struct suppression){.kind = kind, .glob = glob_of(colon + 1)};
    return NULL;
}

char *suppressions_read(struct suppressions *suppressions, const char *path) {
    if (*path == '\0') {
        return NULL;
    }
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return str_format("%s: suppressions cannot be read: %s", path, strerror(errno));
    }
    char *line = NULL, *error = NULL;
    size_t room = 0;
    for (int number = 1; error == NULL && getline(&line, &room, file) > 0; number++) {
        error = add_line(suppressions, line, path, number);
    }
    free(line);
    fclose(file);
    return error;
}

/* -- matching -- */

/* Does any name in this part of a finding match? */
static bool mentions(const json_t *json, const char *glob) {
    static const char *const keys[] = {"function", "file", "module", "name"};
    const char *key;
    size_t i;
    json_t *part;
    for (i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *name = json_string_value(json_object_get(json, keys[i]));
        if (name != NULL && fnmatch(glob, name, 0) == 0) {
            return true;
        }
    }
    json_object_foreach((json_t *)json, key, part) {
        if (mentions(part, glob)) {
            return true;
        }
    }
    json_array_foreach(json, i, part) {
        if (mentions(part, glob)) {
            return true;
        }
    }
    return false;
}

bool suppressions_match(const struct suppressions *suppressions, const json_t *finding) {
    for (size_t i = 0; i < suppressions->n; i++) {
        const struct suppression *rule = &suppressions->all[i];
        bool matches = strcmp(rule->kind, "id") == 0
                           ? fnmatch(rule->glob, field_text(finding, "id"), 0) == 0
                           : field_is(finding, "kind", rule->kind) && mentions(finding, rule->glob);
        if (matches) {
            return true;
        }
    }
    return false;
}

void suppressions_free(struct suppressions *suppressions) {
    for (size_t i = 0; i < suppressions->n; i++) {
        free(suppressions->all[i].glob);
    }
    free(suppressions->all);
    memset(suppressions, 0, sizeof *suppressions);
}
