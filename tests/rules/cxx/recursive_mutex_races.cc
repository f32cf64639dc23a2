/* Rule    cxx.recursive_mutex  [HB-PT-02]
 * Expect  race x
 * Why     the write comes after it.
 * Twin    recursive_mutex_ordered.cc
 */
#include <mutex>
#include <thread>

int x;
std::recursive_mutex m;

static void a() {
    m.lock();
    m.lock();
    m.unlock();
    m.unlock();
    x++;
}

int main() {
    std::thread thread(a);
    a();
    thread.join();
    return 0;
}
