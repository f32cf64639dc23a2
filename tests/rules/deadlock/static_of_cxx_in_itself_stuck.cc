/* Rule    deadlock.static_of_cxx_in_itself  [D8]
 * Expect  deadlock
 * Why     the initialiser needs the variable that it makes.
 * Twin    static_of_cxx_in_itself_free.cc
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
    return value(1) - 1;
}
