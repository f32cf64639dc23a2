/* thrower.h - functions that are left by an exception, each by way of a destructor.
 */
#ifndef RADDLE_TESTS_THROWER_H
#define RADDLE_TESTS_THROWER_H

struct guard {
    int *place;
    __attribute__((noinline)) ~guard() {
        *place += 1;
    }
};

__attribute__((noinline)) static int leave(int depth) {
    int here = depth;
    guard guarded = {&here};
    if (depth == 0) {
        throw depth;
    }
    return leave(depth - 1) + here;
}

#endif
