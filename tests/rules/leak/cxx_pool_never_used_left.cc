/* Rule    leak.cxx_pool_never_used  [D10]
 * Expect  leak condition
 * Why     nobody has ever notified it.
 * Twin    cxx_pool_never_used_gone.cc
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
    await_sleepers(1);
}
