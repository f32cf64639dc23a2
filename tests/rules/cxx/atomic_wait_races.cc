/* Rule    cxx.atomic_wait  [HB-C11-02]
 * Expect  race x
 * Why     it was stored relaxed.
 * Twin    atomic_wait_ordered.cc
 */
#include <atomic>
#include <thread>

int x;
std::atomic<int> s;

int main() {
    std::thread thread([] {
        x = 1;
        s.store(1, std::memory_order_relaxed);
        s.notify_one();
    });
    s.wait(0, std::memory_order_acquire);
    x++;
    thread.join();
    return 0;
}
