/* tests.h - in which test was a task made, and which are under way?
 *
 * Model    One task begins and ends a test; tests nest. What a task makes belongs to the innermost test that it is
 *          inside, and is inside it, too: ownership by ancestry, whatever other tests run meanwhile [D10]. When that test
 *          is over, the next outer one that is not is meant.
 * Ends     Between det_test_end and det_test_judge those that it has left may wind down, and what they make meanwhile is
 *          the test's as well; but no test begins inside it any more.
 * Strays   A task that nobody of a test has made (a thread of the framework's, which was there before) belongs to none:
 *          what is found in it has the name of the test that is under way, if there is but one.
 * Numbers  are given out again. A test is kept while it is under way, judged, its beginner has not left it, or a
 *          task lives that belongs to it, or a test is kept that began inside it: each is one of its `users`.
 */
#ifndef RADDLE_DETECTOR_TESTS_H
#define RADDLE_DETECTOR_TESTS_H

#include "detector/arena.h"

struct det_task;

#define TESTS_NAME_BYTES 256u

enum test_state { TEST_OVER, TEST_OPEN, TEST_ENDING };

struct test {
    char name[TESTS_NAME_BYTES];
    uint32_t outer;  /* 0: none; of a free number: the next free one */
    uint32_t before; /* inside which its beginner was */
    uint32_t users;
    enum test_state state;
};

struct tests_state {
    struct spin lock; /* nothing is called under it */
    struct table table;
    uint32_t free; /* 0: none */
    uint32_t n_open;
};

/* The child, made by a task that is inside test `inside` (0: none), belongs to it. Returns the number. */
DET_HIDDEN uint32_t tests_join(uint32_t inside);
/* t is nobody's any more: it ends, or is there for all tests. Those that it began are over, and not judged. */
DET_HIDDEN void tests_leave(struct det_task *t);
/* Whether a task that belongs to test `owner` belongs to `test`, or to one inside it. */
DET_HIDDEN bool tests_within(uint32_t owner, uint32_t test);
/* Whether any task may be left that belongs to a test that has ended, and is being judged. */
DET_HIDDEN bool tests_has_users(uint32_t test);
/* What det_test_end gave is not needed any more. */
DET_HIDDEN void tests_judged(uint32_t test);
/* The name of the test that task `number` (0: nobody) is inside, or that is under way; false: none is known. */
DET_HIDDEN bool tests_name_of(uint32_t number, char *out, size_t room);

#endif
