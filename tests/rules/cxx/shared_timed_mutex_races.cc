/* Rule    cxx.shared_timed_mutex  [HB-PT-03]
 * Expect  race x
 * Why     both have it for reading.
 * Twin    shared_timed_mutex_ordered.cc
 */
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <thread>

int x;
std::shared_timed_mutex m;

static void a() {
    while (!m.try_lock_shared_for(std::chrono::seconds(10))) {
    }
    x++;
    m.unlock_shared();
}

int main() {
    std::thread thread(a);
    a();
    thread.join();
    return 0;
}
