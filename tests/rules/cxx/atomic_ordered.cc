/* Rule    cxx.atomic  [HB-C11-02]
 * Expect  none
 * Why     an acquire load that reads the value of a release store.
 * Twin    atomic_races.cc
 */
#include <atomic>
#include <thread>

int x;
std::atomic<int> s;

int main() {
    std::thread a([] {
        x = 1;
        s.store(1, std::memory_order_release);
    });
    while (s.load(std::memory_order_acquire) == 0) {
        std::this_thread::yield();
    }
    x = 2;
    a.join();
    return 0;
}
