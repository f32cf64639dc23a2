/* Rule    cxx.guard_is_destroyed  [HB-PT-02]
 * Expect  none
 * Why     an exception that leaves lets the mutex go.
 * Twin    guard_is_destroyed_races.cc
 */
#include <mutex>
#include <thread>

int x;
std::mutex m;

static void a() {
    try {
        std::lock_guard<std::mutex> held(m);
        x++;
        throw 1;
    } catch (int) {
    }
}

int main() {
    std::thread thread(a);
    a();
    thread.join();
    return 0;
}
