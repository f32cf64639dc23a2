/* Rule    cxx.scoped_lock  [HB-PT-02]
 * Expect  race x
 * Why     they are let go before the write.
 * Twin    scoped_lock_ordered.cc
 */
#include <mutex>
#include <thread>

int x;
std::mutex m, n;

static void a() {
    {
        std::scoped_lock both(m, n);
    }
    x++;
}

int main() {
    std::thread thread(a);
    a();
    thread.join();
    return 0;
}
