/* registry.h - which test has this command? As build systems wrote it down.
 *
 * meson keeps meson-info/intro-tests.json in the build directory, cmake a CTestTestfile.cmake in each of
 * its directories. Each file is read once. Nothing in them is trusted; what cannot be read is no list.
 */
#ifndef RADDLE_TOOLS_REPORT_REGISTRY_H
#define RADDLE_TOOLS_REPORT_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

/* Tests and the directories that were asked for them. Zeroed: nothing known yet. */
struct registry {
    struct registered_test *tests;
    size_t n_tests, tests_room;
    char **directories;
    size_t n_directories, directories_room;
};

/* Reads what stands in the directories above an executable. */
void registry_look_above(struct registry *registry, const char *exe);

/* The name of the tests with these words as their command; several are joined by " or ". A new string,
 * or NULL. exe: the program that the first word meant. */
char *registry_find(const struct registry *registry, const char *exe, char *const *words,
                    size_t n_words);

void registry_free(struct registry *registry);

#endif
