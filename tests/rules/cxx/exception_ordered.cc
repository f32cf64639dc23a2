/* Rule    cxx.exception  [D4]
 * Expect  none
 * Stack   write_x a
 * Why     main joins A before it writes.
 * Twin    exception_races.cc
 */
#include <thread>

int x;

__attribute__((noinline)) static void leave(int depth) {
    if (depth == 0) {
        throw depth;
    }
    leave(depth - 1);
    x++;
}

__attribute__((noinline)) static void write_x() {
    x = 1;
}

static void a() {
    try {
        leave(3);
    } catch (int) {
        write_x();
    }
}

int main() {
    std::thread thread(a);
    thread.join();
    x = 2;
    return 0;
}
