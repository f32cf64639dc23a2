/* Rule    cxx.exception  [D4]
 * Expect  race x
 * Stack   write_x a
 * Why     A left functions by an exception before it wrote: they are not in its stack any more.
 * Twin    exception_ordered.cc
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
    x = 2;
    thread.join();
    return 0;
}
