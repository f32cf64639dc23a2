/* tests.h - which test does a finding belong to?
 *
 * The first of these that answers:
 *   1 the process itself, when it happened: rdl_test_begin, RADDLE_TEST_NAME, Criterion
 *   2 a function of GoogleTest or Boost.Test on one of the finding's stacks
 *   3 the list of tests of meson or ctest: whose command is that of the process, or of one that it
 *     comes from? The list is looked for in the directories above the executable
 *   4 automake's test-driver among the processes that it comes from
 *   5 the program's name and arguments
 */
#ifndef RADDLE_TOOLS_REPORT_TESTS_H
#define RADDLE_TOOLS_REPORT_TESTS_H

#include <jansson.h>

#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/registry.h"

/* Sets "test", "tests" and "command" of a finding made from the scene's record. */
void tests_name(struct registry *registry, const struct scene *scene, json_t *finding);

/* A finding's command as one line, without the program's directory; a new string, "" when there is
 * none. */
char *tests_command(const json_t *finding);

#endif
