/* Rule    cxx.shared_timed_mutex  [HB-PT-03]
 * Expect  none
 * Why     a writer that waits for a time has it alone.
 * Twin    shared_timed_mutex_races.cc
 */
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <thread>

int x;
std::shared_timed_mutex m;

static void a() {
    while (!m.try_lock_for(std::chrono::seconds(10))) {
    }
    x++;
    m.unlock();
}

int main() {
    std::thread thread(a);
    a();
    thread.join();
    return 0;
}
