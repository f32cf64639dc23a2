/* Rule    cxx.shared_mutex  [HB-PT-03]
 * Expect  race x
 * Why     both have it for reading.
 * Twin    shared_mutex_ordered.cc
 */
#include <mutex>
#include <shared_mutex>
#include <thread>

int x;
std::shared_mutex m;

static void a() {
    std::shared_lock<std::shared_mutex> held(m);
    x++;
}

int main() {
    std::thread thread(a);
    a();
    thread.join();
    return 0;
}
