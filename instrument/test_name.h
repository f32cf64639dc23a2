/* test_name.h - which test is under way, as far as the process itself can tell.
 *
 * The first that is known, of: the program's own word (rdl_test_begin: detector/tests.h), and then, here, the
 * environment (RADDLE_TEST_NAME), Criterion's variable. What only the findings' stacks or the build's list of tests
 * can tell (GoogleTest, meson, ctest) is the report's affair: tools/report/test.h.
 */
#ifndef RADDLE_INSTRUMENT_TEST_NAME_H
#define RADDLE_INSTRUMENT_TEST_NAME_H

#include "instrument/front.h"

/* Once, from front_start. environment: RADDLE_TEST_NAME or NULL. Zone: COLD. */
HIDDEN void test_name_start(const char *environment);

/* See det_host.test_name. */
HIDDEN void test_name_now(char *out, size_t room);

#endif
