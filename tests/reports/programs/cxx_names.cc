// Variables that are called alike in many scopes, each touched by two threads in one function.
#include <thread>

#include "tests/reports/programs/turns.h"

int n;

namespace a {
int n;
namespace {
int hidden;
}
} // namespace a

namespace b {
static int n;
template <typename T> struct Box { static T n; };
template <typename T> T Box<T>::n;
} // namespace b

namespace {
int hidden;
struct Shelf {
    static int n;
    static int &here(int) {
        static int n;
        return n;
    }
};
int Shelf::n;
int &there() {
    static int n;
    return n;
}
} // namespace

__attribute__((noinline)) static void touch() {
    ++n;
    ++a::n;
    ++a::hidden;
    ++b::n;
    ++b::Box<int>::n;
    ++b::Box<unsigned long>::n;
    ++hidden;
    ++Shelf::n;
    ++Shelf::here(1);
    ++there();
}

int main(int argc, char **) {
    turns_of(argc);
    std::thread first([] {
        turn_begin(0);
        touch();
        turn_end(0);
    });
    std::thread second([] {
        turn_begin(1);
        touch();
        turn_end(1);
    });
    first.join();
    second.join();
    return 0;
}
