/* registry.c - the lists of tests that meson and cmake write. */
#include "instrument/tools/report/registry.h"

#include <ctype.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* A test that has a gate of its own (raddle_gate of RaddleConfig.cmake): its command is what that starts. */
static void drop_gate(struct registered_test *test) {
    static const char gate[] = "run-with-detector";
    const char *slash = test->n_words == 0 ? NULL : strrchr(test->words[0], '/');
    if (slash == NULL || strcmp(slash + 1, gate) != 0) {
        return;
    }
    size_t start = 1;
    while (start < test->n_words && strcmp(test->words[start - 1], "--") != 0) {
        start++;
    }
    if (start == test->n_words) {
        return; /* no command behind the gate's options */
    }
    for (size_t i = 0; i < start; i++) {
        free(test->words[i]);
    }
    test->n_words -= start;
    memmove(test->words, test->words + start, test->n_words * sizeof *test->words);
}

/* The text of a regular file, with a zero behind it. Whoever runs tests may have anything lie above them: a pipe by
 * this name is not waited for. NULL: there is none, or too much. */
static char *read_file(const char *path, size_t *n) {
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    bool is_file = fd >= 0 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode) &&
                   about.st_size <= FILE_AT_MOST;
    FILE *file = is_file ? fdopen(fd, "r") : NULL;
    if (file == NULL) {
        if (fd >= 0) {
            close(fd);
        }
        return NULL;
    }
    char *text = mem_new((size_t)about.st_size + 1, 1);
    *n = fread(text, 1, (size_t)about.st_size, file);
    fclose(file);
    return text;
}

/* -- meson -- */

static void read_meson(struct registry *registry, const char *directory) {
    char *path = str_format("%s/meson-info/intro-tests.json", directory);
    size_t n = 0, i, k;
    char *whole = read_file(path, &n);
    json_t *list = whole != NULL ? json_loadb(whole, n, 0, NULL) : NULL, *entry, *word;
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
        drop_gate(test);
    }
    json_decref(list);
    free(whole);
    free(path);
}

/* -- cmake -- */

static char *str_part(const char *from, size_t n) {
    return memcpy(mem_new(n + 1, 1), from, n);
}

/* [==[text]==], with *at on its first bracket. NULL: it is none; nothing is left where its end is missing. */
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
            return str_part(start, (size_t)(end - start));
        }
    }
    *at = start + strlen(start);
    return NULL;
}

/* "text" with its escapes, with *at on the quote. */
static char *quoted_argument(const char **at) {
    const char *from = *at + 1, *end = from;
    while (*end != '\0' && *end != '"') {
        end += *end == '\\' && end[1] != '\0' ? 2 : 1;
    }
    char *out = str_part(from, (size_t)(end - from)), *to = out;
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
    return length == 0 ? NULL : str_part(start, length);
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
        drop_gate(test);
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
    char *command = str_part(name, length), **arguments = NULL, *argument;
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
    size_t n = 0;
    char *text = read_file(path, &n);
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
    return (n == test->n_words && have_same_words(test, words, n) &&
            is_same_program(test->words[0], exe, words[0])) ||
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
