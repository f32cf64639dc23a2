/* registry.c - the lists of tests that meson and cmake write. */
#include "instrument/tools/report/registry.h"

#include <ctype.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/say.h"

enum { DIRECTORIES_AT_MOST = 4096, FILE_AT_MOST = 64 << 20, NAMES_SHOWN = 3 };

struct registered_test {
    char *name;
    char **words;
    size_t n_words;
};

static void add_word(char ***words, size_t *n, size_t *room, char *word) {
    *words = mem_grow(*words, *n, room, sizeof **words);
    (*words)[(*n)++] = word;
}

static struct registered_test *add_test(struct registry *registry, const char *name) {
    registry->tests = mem_grow(registry->tests, registry->n_tests, &registry->tests_room,
                               sizeof *registry->tests);
    struct registered_test *test = &registry->tests[registry->n_tests++];
    *test = (struct registered_test){.name = str_copy(name)};
    return test;
}

/* -- meson -- */

static void read_meson(struct registry *registry, const char *directory) {
    char *path = str_format("%s/meson-info/intro-tests.json", directory);
    json_t *list = json_load_file(path, 0, NULL), *entry, *word;
    size_t i, k;
    json_array_foreach(list, i, entry) {
        const char *name = json_string_value(json_object_get(entry, "name"));
        const json_t *command = json_object_get(entry, "cmd");
        if (name == NULL || json_array_size(command) == 0) {
            continue;
        }
        struct registered_test *test = add_test(registry, name);
        size_t room = 0;
        json_array_foreach(command, k, word) {
            const char *text = json_string_value(word);
            add_word(&test->words, &test->n_words, &room, str_copy(text == NULL ? "" : text));
        }
    }
    json_decref(list);
    free(path);
}

/* -- cmake -- */

static char *read_file(const char *path) {
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return NULL;
    }
    char *text = NULL;
    size_t room = 0;
    ssize_t got = getdelim(&text, &room, '\0', file);
    fclose(file);
    if (got < 0 || got > FILE_AT_MOST) {
        free(text);
        return NULL;
    }
    return text;
}

/* [==[text]==], with *at on its first bracket. NULL: it is none. */
static char *bracket_argument(const char **at) {
    size_t equals = strspn(*at + 1, "=");
    const char *start = *at + 1 + equals;
    if (*start != '[') {
        return NULL;
    }
    start++;
    for (const char *end = start; (end = strchr(end, ']')) != NULL; end++) {
        if (strspn(end + 1, "=") == equals && end[1 + equals] == ']') {
            *at = end + equals + 2;
            return str_format("%.*s", (int)(end - start), start);
        }
    }
    return NULL;
}

/* "text" with its escapes, with *at on the quote. */
static char *quoted_argument(const char **at) {
    char *out = str_copy(*at), *to = out;
    const char *from = *at + 1;
    for (; *from != '\0' && *from != '"'; from++) {
        if (*from == '\\' && from[1] != '\0') {
            from++;
        }
        *to++ = *from;
    }
    *to = '\0';
    *at = *from == '"' ? from + 1 : from;
    return out;
}

/* The next argument before the parenthesis that ends a command; NULL: it was the last. */
static char *next_argument(const char **at) {
    *at += strspn(*at, " \t\r\n");
    char *bracket = **at == '[' ? bracket_argument(at) : NULL;
    if (bracket != NULL) {
        return bracket;
    }
    if (**at == '"') {
        return quoted_argument(at);
    }
    size_t length = strcspn(*at, " \t\r\n()\"");
    const char *start = *at;
    *at += length;
    return length == 0 ? NULL : str_format("%.*s", (int)length, start);
}

static void read_cmake(struct registry *registry, const char *directory, const char *path);
static void read_directory(struct registry *registry, const char *directory);

/* Directories and files are read relative to `directory`. */
static void take_command(struct registry *registry, const char *directory, const char *command,
                         char **arguments, size_t n) {
    if (strcmp(command, "add_test") == 0 && n >= 2) {
        struct registered_test *test = add_test(registry, arguments[0]);
        size_t room = 0;
        for (size_t i = 1; i < n; i++) {
            add_word(&test->words, &test->n_words, &room, str_copy(arguments[i]));
        }
    } else if (strcmp(command, "subdirs") == 0) {
        for (size_t i = 0; i < n; i++) {
            char *below = arguments[i][0] == '/' ? str_copy(arguments[i])
                                                 : str_format("%s/%s", directory, arguments[i]);
            read_directory(registry, below);
            free(below);
        }
    } else if (strcmp(command, "include") == 0 && n >= 1 && arguments[0][0] == '/') {
        read_cmake(registry, directory, arguments[0]);
    }
}

/* One command, `name(argument…)`; *at moves behind it. */
static void read_command(struct registry *registry, const char *directory, const char *name,
                         size_t length, const char **at) {
    char *command = str_format("%.*s", (int)length, name), **arguments = NULL, *argument;
    size_t n = 0, room = 0;
    while ((argument = next_argument(at)) != NULL) {
        add_word(&arguments, &n, &room, argument);
    }
    take_command(registry, directory, command, arguments, n);
    for (size_t i = 0; i < n; i++) {
        free(arguments[i]);
    }
    free(arguments);
    free(command);
}

static bool is_known(struct registry *registry, const char *place) {
    for (size_t i = 0; i < registry->n_directories; i++) {
        if (strcmp(registry->directories[i], place) == 0) {
            return true;
        }
    }
    if (registry->n_directories == DIRECTORIES_AT_MOST) {
        return true;
    }
    add_word(&registry->directories, &registry->n_directories, &registry->directories_room,
             str_copy(place));
    return false;
}

static void read_cmake(struct registry *registry, const char *directory, const char *path) {
    if (is_known(registry, path)) {
        return;
    }
    char *text = read_file(path);
    for (const char *at = text; at != NULL && *at != '\0';) {
        size_t length = 0;
        while (isalnum((unsigned char)at[length]) || at[length] == '_') {
            length++;
        }
        if (*at == '#') {
            at += strcspn(at, "\n");
        } else if (length != 0 && at[length] == '(') {
            const char *name = at;
            at += length + 1;
            read_command(registry, directory, name, length, &at);
        } else {
            at += length == 0 ? 1 : length;
        }
    }
    free(text);
}

/* -- both -- */

static void read_directory(struct registry *registry, const char *directory) {
    if (is_known(registry, directory)) {
        return;
    }
    read_meson(registry, directory);
    char *path = str_format("%s/CTestTestfile.cmake", directory);
    read_cmake(registry, directory, path);
    free(path);
}

void registry_look_above(struct registry *registry, const char *exe) {
    char *directory = str_copy(exe), *slash;
    while ((slash = strrchr(directory, '/')) != NULL && slash != directory) {
        *slash = '\0';
        read_directory(registry, directory);
    }
    free(directory);
}

/* Two names of one program: as the list has it, and as it was run. One without a directory is looked
 * for by whoever runs it. */
static bool is_same_program(const char *listed, const char *exe, const char *word) {
    char real[PATH_MAX];
    if (strchr(listed, '/') == NULL) {
        const char *slash = strrchr(word, '/');
        return strcmp(listed, slash == NULL ? word : slash + 1) == 0;
    }
    return strcmp(listed, word) == 0 || strcmp(listed, exe) == 0 ||
           (realpath(listed, real) != NULL && strcmp(real, exe) == 0);
}

static bool have_same_words(const struct registered_test *test, char *const *words, size_t n) {
    for (size_t i = 1; i < n; i++) {
        if (strcmp(test->words[i], words[i]) != 0) {
            return false;
        }
    }
    return true;
}

/* A script runs as an argument of its interpreter. */
static bool is_command_of(const struct registered_test *test, const char *exe, char *const *words,
                          size_t n) {
    return (n == test->n_words && is_same_program(test->words[0], exe, words[0]) &&
            have_same_words(test, words, n)) ||
           (n == test->n_words + 1 && strcmp(test->words[0], words[1]) == 0 &&
            have_same_words(test, words + 1, n - 1));
}

char *registry_find(const struct registry *registry, const char *exe, char *const *words,
                    size_t n_words) {
    char *names = NULL;
    size_t found = 0;
    for (size_t i = 0; i < registry->n_tests && n_words != 0; i++) {
        if (!is_command_of(&registry->tests[i], exe, words, n_words)) {
            continue;
        }
        char *longer = found == 0 ? str_copy(registry->tests[i].name)
                       : found < NAMES_SHOWN
                           ? str_format("%s or %s", names, registry->tests[i].name)
                           : str_format("%s …", names);
        free(names);
        names = longer;
        if (found++ == NAMES_SHOWN) {
            break;
        }
    }
    return names;
}

void registry_free(struct registry *registry) {
    for (size_t i = 0; i < registry->n_tests; i++) {
        for (size_t k = 0; k < registry->tests[i].n_words; k++) {
            free(registry->tests[i].words[k]);
        }
        free(registry->tests[i].words);
        free(registry->tests[i].name);
    }
    for (size_t i = 0; i < registry->n_directories; i++) {
        free(registry->directories[i]);
    }
    free(registry->tests);
    free(registry->directories);
    memset(registry, 0, sizeof *registry);
}
