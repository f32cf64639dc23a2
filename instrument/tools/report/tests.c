/* tests.c - the test of a finding; see tests.h. */
#include "instrument/tools/report/tests.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/say.h"

enum { LONGEST_COMMAND = 200, LONGEST_ANCESTRY = 64 };

/* -- what a stack tells -- */

static bool is_identifier(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

/* "Suite.Name" of `Suite_Name_Test::TestBody`, wherever it stands: a lambda in it has it in its name.
 * GoogleTest forbids underscores in a suite's name. */
static char *google_test(const char *function) {
    const char *body = strstr(function, "::TestBody()"), *end = body;
    if (body == NULL) {
        return NULL;
    }
    if (body > function && body[-1] == '>') { /* a typed test: Suite_Name_Test<int> */
        while (end > function && *end != '<') {
            end--;
        }
    }
    const char *start = end;
    while (start > function && is_identifier(start[-1])) {
        start--;
    }
    const char *suffix = end - strlen("_Test");
    if (suffix <= start || strncmp(suffix, "_Test", strlen("_Test")) != 0) {
        return NULL;
    }
    char *name = str_format("%.*s%.*s", (int)(suffix - start), start, (int)(body - end), end);
    char *underscore = strchr(name, '_');
    if (underscore != NULL) {
        *underscore = '.';
    }
    return name;
}

/* "suite/name" of `suite::name::test_method()`, the way Boost.Test writes it. */
static char *boost_test(const char *function) {
    const char *end = strstr(function, "::test_method()"), *start = end;
    while (start != NULL && start > function && (is_identifier(start[-1]) || start[-1] == ':')) {
        start--;
    }
    if (start == end) {
        return NULL;
    }
    char *name = str_format("%.*s", (int)(end - start), start), *to = name;
    for (const char *from = name; *from != '\0'; from++) {
        bool colons = from[0] == ':' && from[1] == ':';
        *to++ = colons ? '/' : *from;
        from += colons;
    }
    *to = '\0';
    return name;
}

static char *test_on_stack(const json_t *stack) {
    size_t i;
    json_t *frame;
    char *name = NULL;
    json_array_foreach(stack, i, frame) {
        const char *function = json_string_value(json_object_get(frame, "function"));
        if (function != NULL && (name = google_test(function)) == NULL) {
            name = boost_test(function);
        }
        if (name != NULL) {
            break;
        }
    }
    return name;
}

/* Where it happened, then who made the tasks: those of the record name the families of both. */
static char *test_on_stacks(const struct scene *scene, const json_t *finding) {
    size_t i;
    json_t *part;
    char *name = NULL;
    json_array_foreach(json_object_get(finding, "accesses"), i, part) {
        name = name != NULL ? name : test_on_stack(json_object_get(part, "stack"));
    }
    json_array_foreach(json_object_get(finding, "stacks"), i, part) {
        name = name != NULL ? name : test_on_stack(part);
    }
    size_t at = RAW_NO_OWNER;
    while (name == NULL && (at = raw_next(scene->record, at, ITEM_TASK)) != RAW_NO_OWNER) {
        json_t *made = piece_stack(scene, raw_find(scene->record, at, ITEM_STACK, ROLE_CREATED));
        name = test_on_stack(made);
        json_decref(made);
    }
    return name;
}

/* -- what the command tells -- */

/* The outermost process with a listed command is what the harness started: a test that is a script may run
 * what is another test by itself. */
static char *test_in_registry(struct registry *registry, const struct scene *scene) {
    const struct process *process = scene->process;
    char *name = NULL;
    if (process != NULL) {
        registry_look_above(registry, process->exe);
    }
    for (int i = 0; process != NULL && i < LONGEST_ANCESTRY; i++) {
        char *outer =
            registry_find(registry, process->exe, process->arguments, process->n_arguments);
        if (outer != NULL) {
            free(name);
            name = outer;
        }
        process = process_before(scene->processes, process);
    }
    return name;
}

/* `test-driver --test-name NAME …`, a script. */
static char *test_of_automake(const struct scene *scene) {
    const struct process *process = scene->process;
    for (int i = 0; process != NULL && i < LONGEST_ANCESTRY; i++) {
        for (size_t k = 0; k + 2 < process->n_arguments; k++) {
            const char *word = process->arguments[k];
            const char *slash = strrchr(word, '/');
            if (strcmp(slash == NULL ? word : slash + 1, "test-driver") == 0 &&
                strcmp(process->arguments[k + 1], "--test-name") == 0) {
                return str_copy(process->arguments[k + 2]);
            }
        }
        process = process_before(scene->processes, process);
    }
    return NULL;
}

char *tests_command(const json_t *finding) {
    const json_t *command = json_object_get(finding, "command");
    char *line = str_copy("");
    for (size_t i = 0; i < json_array_size(command); i++) {
        const char *word = json_string_value(json_array_get(command, i));
        const char *slash = i == 0 && word != NULL ? strrchr(word, '/') : NULL;
        bool is_too_long =
            word != NULL && strlen(line) + strlen(word) > LONGEST_COMMAND && line[0] != '\0';
        const char *shown = word == NULL                        ? "?"
                            : slash != NULL && slash[1] != '\0' ? slash + 1
                                                                : word;
        char *longer = str_format("%s%s%s", line, i == 0 ? "" : " ", is_too_long ? "…" : shown);
        free(line);
        line = longer;
        if (is_too_long) {
            break;
        }
    }
    return line;
}

/* -- all of them -- */

static json_t *command_of(const struct process *process) {
    json_t *command = json_array();
    for (size_t i = 0; process != NULL && i < process->n_arguments; i++) {
        json_array_append_new(command, text_json(process->arguments[i]));
    }
    return command;
}

void tests_name(struct registry *registry, const struct scene *scene, json_t *finding) {
    json_object_set_new(finding, "command", command_of(scene->process));
    char *name = raw_text(raw_find(scene->record, RAW_NO_OWNER, ITEM_TEXT, ROLE_TEST));
    if (name == NULL) {
        name = test_on_stacks(scene, finding);
    }
    if (name == NULL) {
        name = test_in_registry(registry, scene);
    }
    if (name == NULL) {
        name = test_of_automake(scene);
    }
    if (name == NULL) {
        name = tests_command(finding);
    }
    if (name[0] != '\0') {
        field_set_text(finding, "test", name);
        json_object_set_new(finding, "tests", json_pack("[O]", json_object_get(finding, "test")));
    }
    free(name);
}
