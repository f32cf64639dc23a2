/* Rule    deadlock.mutex_of_cxx  [D8]
 * Expect  deadlock
 * Why     each holds what the other wants.
 * Twin    mutex_of_cxx_free.cc
 */
#include "../invisible.h"

#include <mutex>
#include <thread>

std::mutex a, b;

int main() {
    std::thread thread([] {
        std::unique_lock<std::mutex> second(b), first(a, std::defer_lock);
        mark(0);
        await(1);
        first.lock();
    });
    a.lock();
    await(0);
    mark(1);
    b.lock();
    b.unlock();
    a.unlock();
    thread.join();
    return 0;
}
