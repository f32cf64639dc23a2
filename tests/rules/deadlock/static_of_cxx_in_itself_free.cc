/* Rule    deadlock.static_of_cxx_in_itself  [D8]
 * Expect  none
 * Why     the initialiser ends before it comes back to the variable.
 * Twin    static_of_cxx_in_itself_stuck.cc
 */
#include <thread>

static int value(int depth);

static int make(int depth) {
    return depth == 0 ? 1 : value(depth - 1);
}

static int value(int depth) {
    static int x = make(depth);
    return x;
}

int main() {
    std::thread([] {}).join(); // else libstdc++ throws
    return value(0) - 1;
}
