/* Rule    deadlock.once_of_cxx  [D8]
 * Expect  deadlock
 * Why     main holds what the routine wants, which another runs.
 * Twin    once_of_cxx_free.cc
 */
#include "../invisible.h"

#include <mutex>
#include <thread>

std::once_flag once, other;
std::mutex m;

int main() {
    std::unique_lock<std::mutex> first(m);
    std::thread thread([] {
        std::call_once(once, [] {
            mark(0);
            std::lock_guard<std::mutex> second(m);
        });
    });
    await(0);
    std::call_once(once, [] {});
    first.unlock();
    thread.join();
    return 0;
}
