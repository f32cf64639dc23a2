/* Rule    cxx.recursive_mutex  [HB-PT-02]
 * Expect  none
 * Why     the outermost unlock lets go.
 * Twin    recursive_mutex_races.cc
 */
#include <mutex>
#include <thread>

int x;
std::recursive_mutex m;

static void a() {
    m.lock();
    m.lock();
    m.unlock();
    x++;
    m.unlock();
}

int main() {
    std::thread thread(a);
    a();
    thread.join();
    return 0;
}
