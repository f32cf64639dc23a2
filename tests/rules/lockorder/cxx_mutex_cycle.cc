/* Rule    lockorder.cxx_mutex  [D9]
 * Expect  lock-order
 * Why     each holds what the other takes next.
 * Twin    cxx_mutex_safe.cc
 */
#include "../invisible.h"

#include <mutex>
#include <thread>

std::mutex a, b;

void nest(std::mutex &first, std::mutex &second) {
    std::lock_guard<std::mutex> one(first);
    std::lock_guard<std::mutex> two(second);
}

int main() {
    std::thread thread([] {
        await(0);
        nest(b, a);
    });
    nest(a, b);
    mark(0);
    thread.join();
    return 0;
}
