/* Rule    cxx.try_lock  [HB-PT-02]
 * Expect  race x
 * Why     each has a mutex of its own.
 * Twin    try_lock_ordered.cc
 */
#include <mutex>
#include <thread>

int x;
std::mutex m;

static void a() {
    thread_local std::mutex mine;
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
