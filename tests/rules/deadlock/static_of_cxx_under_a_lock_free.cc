/* Rule    deadlock.static_of_cxx_under_a_lock  [D8]
 * Expect  none
 * Why     main needs another variable.
 * Twin    static_of_cxx_under_a_lock_stuck.cc
 */
#include "../invisible.h"

#include <mutex>
#include <thread>

std::mutex m;

static int make() {
    mark(0);
    std::lock_guard<std::mutex> second(m);
    return 1;
}

static int needs_lock() {
    static int x = make();
    return x;
}

static int needs_none() {
    static int x = happened(0);
    return x;
}

int main() {
    std::unique_lock<std::mutex> first(m);
    std::thread thread(needs_lock);
    await(0);
    int x = needs_none() + needs_none();
    first.unlock();
    thread.join();
    return x - 2;
}
