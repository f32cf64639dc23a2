/* Rule    cxx.guard_is_destroyed  [HB-PT-02]
 * Expect  race x
 * Why     the handler has no lock.
 * Twin    guard_is_destroyed_ordered.cc
 */
#include <mutex>
#include <thread>

int x;
std::mutex m;

static void a() {
    try {
        std::lock_guard<std::mutex> held(m);
        throw 1;
    } catch (int) {
        x++;
    }
}

int main() {
    std::thread thread(a);
    a();
    thread.join();
    return 0;
}
