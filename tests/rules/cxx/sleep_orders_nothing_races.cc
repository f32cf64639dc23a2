/* Rule    cxx.sleep_orders_nothing  [HB-TM-02]
 * Expect  race x
 * Says    was a sleep: time that goes by orders nothing.
 * Why     it only slept.
 * Twin    sleep_orders_nothing_ordered.cc
 */
#include <atomic>
#include <chrono>
#include <thread>

int x;
std::atomic<int> written;

int main() {
    std::thread thread([] {
        x = 1;
        written.store(1);
    });
    do {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    } while (written.load(std::memory_order_relaxed) == 0);
    x++;
    thread.join();
    return 0;
}
