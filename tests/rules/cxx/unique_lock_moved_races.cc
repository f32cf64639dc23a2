/* Rule    cxx.unique_lock_moved  [HB-PT-02]
 * Expect  race x
 * Why     what is left behind holds nothing.
 * Twin    unique_lock_moved_ordered.cc
 */
#include <mutex>
#include <thread>
#include <utility>

int x;
std::mutex m;

static void a() {
    std::unique_lock<std::mutex> first(m);
    std::unique_lock<std::mutex>(std::move(first));
    x++;
}

int main() {
    std::thread thread(a);
    a();
    thread.join();
    return 0;
}
