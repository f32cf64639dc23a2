/* Rule    cxx.call_once  [HB-ON-01]
 * Expect  race x
 * Why     the write is no part of it.
 * Twin    call_once_ordered.cc
 */
#include <mutex>
#include <thread>

int x;
std::once_flag once;

static void a() {
    std::call_once(once, [] {});
    x = 1;
}

int main() {
    std::thread thread(a);
    a();
    thread.join();
    return 0;
}
