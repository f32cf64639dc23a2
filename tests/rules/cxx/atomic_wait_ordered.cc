/* Rule    cxx.atomic_wait  [HB-C11-02]
 * Expect  none
 * Why     who was woken has read the value that a release stored.
 * Twin    atomic_wait_races.cc
 */
#include <atomic>
#include <thread>

int x;
std::atomic<int> s;

int main() {
    std::thread thread([] {
        x = 1;
        s.store(1, std::memory_order_release);
        s.notify_one();
    });
    s.wait(0, std::memory_order_acquire);
    x++;
    thread.join();
    return 0;
}
