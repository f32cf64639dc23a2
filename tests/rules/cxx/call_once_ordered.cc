/* Rule    cxx.call_once  [HB-ON-01]
 * Expect  none
 * Why     the one call happens before every return.
 * Twin    call_once_races.cc
 */
#include <mutex>
#include <thread>

int x;
std::once_flag once;

static void a() {
    std::call_once(once, [] { x = 1; });
}

int main() {
    std::thread thread(a);
    a();
    thread.join();
    return 0;
}
