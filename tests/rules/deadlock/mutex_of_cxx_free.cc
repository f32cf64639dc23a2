/* Rule    deadlock.mutex_of_cxx  [D8]
 * Expect  none
 * Why     who only tries lets go again.
 * Twin    mutex_of_cxx_stuck.cc
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
        (void)first.try_lock();
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
