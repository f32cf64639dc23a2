// Lambdas of one function that race on one variable, each with itself.
#include <thread>

#include "tests/reports/programs/turns.h"

static int visits;

template <typename F> static void twice(F f) {
    std::thread first([f] {
        turn_begin(0);
        f();
        turn_end(0);
    });
    std::thread second([f] {
        turn_begin(1);
        f();
        turn_end(1);
    });
    first.join();
    second.join();
}

int main(int argc, char **) {
    auto once = [](int n) { return n + 1; };
    turns_of(argc);
    twice([] { ++visits; });
    if (once(argc) != 0) {
        twice([] { visits += 2; });
    }
    return visits == 6 ? 0 : 1;
}
