/* Rule    cxx.shared_mutex  [HB-PT-03]
 * Expect  none
 * Why     a writer has it alone.
 * Twin    shared_mutex_races.cc
 */
#include <mutex>
#include <shared_mutex>
#include <thread>

int x;
std::shared_mutex m;

static void a() {
    std::unique_lock<std::shared_mutex> held(m);
    x++;
}

int main() {
    std::thread thread(a);
    a();
    thread.join();
    return 0;
}
