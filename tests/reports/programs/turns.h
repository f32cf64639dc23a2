/* turns.h - two tasks, one after the other without telling the detector; `swapped` in argv turns them
 * around. turn_begin(n), what task n does, turn_end(n). */
#ifndef RADDLE_TESTS_REPORTS_TURNS_H
#define RADDLE_TESTS_REPORTS_TURNS_H

#include "tests/rules/invisible.h"

static int turns_first;

INVISIBLE void turns_of(int argc) {
    turns_first = argc > 1;
}

INVISIBLE void turn_begin(int who) {
    if (who != turns_first) {
        await(0);
    }
}

INVISIBLE void turn_end(int who) {
    if (who == turns_first) {
        mark(0);
    }
}

#endif
