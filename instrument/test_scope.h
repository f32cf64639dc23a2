/* test_scope.h - where does a test begin and end, and who is still there then? rdl_test_begin and rdl_test_end.
 *
 * Grace   What only winds down (a worker whose channel was closed, a thread that was told to stop) is no leak. So the
 *         end of a test waits until nobody is left, as long as GRACE at most, and lets the others run meanwhile; only
 *         who is there after that is told. A test that leaves nobody waits for nothing.
 */
#ifndef RADDLE_INSTRUMENT_TEST_SCOPE_H
#define RADDLE_INSTRUMENT_TEST_SCOPE_H

#include "instrument/front.h"

/* On the thread of the task that says so. Zone: COLD. */
HIDDEN void test_scope_begin(const char *name);
HIDDEN void test_scope_end(void);

#endif
