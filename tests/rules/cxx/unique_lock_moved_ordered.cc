/* Rule    cxx.unique_lock_moved  [HB-PT-02]
 * Expect  none
 * Why     a lock that was moved is still held.
 * Twin    unique_lock_moved_races.cc
 */
#include <mutex>
#include <thread>
#include <utility>

int x;
std::mutex m;

static void a() {
    std::unique_lock<std::mutex> first(m);
    std::unique_lock<std::mutex> second(std::move(first));
    x++;
}

int main() {
    std::thread thread(a);
    a();
    thread.join();
    return 0;
}
