/* Rule    cxx.atomic  [HB-C11-02]
 * Expect  race x
 * Why     a relaxed load.
 * Twin    atomic_ordered.cc
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
    while (s.load(std::memory_order_relaxed) == 0) {
        std::this_thread::yield();
    }
    x = 2;
    a.join();
    return 0;
}
