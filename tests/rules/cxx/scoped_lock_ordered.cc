/* Rule    cxx.scoped_lock  [HB-PT-02]
 * Expect  none
 * Why     two mutexes are taken together.
 * Twin    scoped_lock_races.cc
 */
#include <mutex>
#include <thread>

int x;
std::mutex m, n;

static void a() {
    {
        std::scoped_lock both(m, n);
        x++;
    }
}

int main() {
    std::thread thread(a);
    a();
    thread.join();
    return 0;
}
