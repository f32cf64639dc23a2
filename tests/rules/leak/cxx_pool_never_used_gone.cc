/* Rule    leak.cxx_pool_never_used  [D10]
 * Expect  none
 * Why     it was notified once: an idle worker is listed.
 * Twin    cxx_pool_never_used_left.cc
 */
#include "../asleep.h"

#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex m;
auto &c = *new std::condition_variable; // its end would wait for its waiters
bool work;

int main() {
    std::thread([] {
        std::unique_lock<std::mutex> lock(m);
        c.wait(lock, [] { return work; });
    }).detach();
    c.notify_one();
    await_sleepers(1);
}
