/* Rule    cxx.try_lock  [HB-PT-02]
 * Expect  none
 * Why     a try that takes the mutex takes it like any other.
 * Twin    try_lock_races.cc
 */
#include <mutex>
#include <thread>

int x;
std::mutex m;

static void a() {
    std::mutex &mine = m;
    while (!mine.try_lock()) {
    }
    x++;
    mine.unlock();
}

int main() {
    std::thread thread(a);
    a();
    thread.join();
    return 0;
}
