/* place.c - where a finding is shown; see place.h. */
#include "instrument/tools/report/place.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/say.h"

/* -- the top of the sources -- */

/* The directory at or above `from` that holds .git; a new string, or NULL. */
static char *repository_above(const char *from) {
    char *directory = str_copy(from);
    for (;;) {
        char *git = str_format("%s/.git", directory);
        bool found = access(git, F_OK) == 0;
        free(git);
        char *slash = strrchr(directory, '/');
        if (found) {
            return directory;
        }
        if (slash == NULL || directory[0] == '\0') {
            free(directory);
            return NULL;
        }
        *slash = '\0';
    }
}

static char *without_end_slash(const char *path) {
    size_t length = strlen(path);
    while (length != 0 && path[length - 1] == '/') {
        length--;
    }
    return str_format("%.*s", (int)length, path);
}

char *place_root(void) {
    static const char *const variables[] = {"GITHUB_WORKSPACE", "CI_PROJECT_DIR"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *given = getenv(variables[i]);
        if (given != NULL && given[0] == '/') {
            return without_end_slash(given);
        }
    }
    char here[PATH_MAX];
    if (getcwd(here, sizeof here) == NULL) {
        return str_copy("");
    }
    char *repository = repository_above(here);
    return repository != NULL ? repository : without_end_slash(here);
}

const char *place_relative(const char *root, const char *file, bool *below) {
    size_t length = strlen(root);
    if (strncmp(file, root, length) == 0 && file[length] == '/' && length != 0) {
        *below = true;
        return file + length + 1;
    }
    *below = file[0] != '/';
    return strncmp(file, "./", 2) == 0 ? file + 2 : file;
}

/* -- where a finding is -- */

static const json_t *stack_of_task(const json_t *task) {
    const json_t *stack = json_object_get(json_object_get(task, "wait"), "stack");
    return stack != NULL ? stack : json_object_get(task, "created");
}

const json_t *place_stack(const json_t *finding) {
    const json_t *access = json_array_get(json_object_get(finding, "accesses"), 0);
    const json_t *step = json_array_get(json_object_get(finding, "cycle"), 0);
    const json_t *stack = json_array_get(json_object_get(finding, "stacks"), 0);
    if (access != NULL) {
        return json_object_get(access, "stack");
    }
    if (step != NULL) {
        return json_object_get(json_object_get(step, "takes"), "taken");
    }
    return stack != NULL ? stack
                         : stack_of_task(json_array_get(json_object_get(finding, "tasks"), 0));
}

struct place place_of_frame(const json_t *frame) {
    return (struct place){.file = json_string_value(json_object_get(frame, "file")),
                          .module = field_text(frame, "module"),
                          .line = field_number(frame, "line"),
                          .column = field_number(frame, "column"),
                          .utf16_column = field_number(frame, "utf16_column")};
}

struct place place_of(const json_t *finding) {
    return place_of_frame(piece_user_frame(place_stack(finding)));
}

const char *place_shown(const struct place *place, const char *root, json_int_t *line) {
    bool below;
    *line = place->line > 0 ? place->line : 1;
    if (place->file != NULL) {
        return place_relative(root, place->file, &below);
    }
    const char *slash = strrchr(place->module, '/');
    return slash == NULL ? place->module : slash + 1;
}
