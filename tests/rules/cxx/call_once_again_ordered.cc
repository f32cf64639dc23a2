/* Rule    cxx.call_once_again  [HB-ON-01]
 * Expect  none
 * Why     a call that throws is no call; the one that returns is.
 * Twin    call_once_again_races.cc
 */
#include "../invisible.h"

#include <mutex>
#include <thread>

int x;
std::once_flag once;

int main() {
    std::thread thread([] {
        try {
            std::call_once(once, [] { throw 1; });
        } catch (int) {
        }
        mark(0);
    });
    await(0);
    std::call_once(once, [] { x = 1; });
    std::call_once(once, [] { x = 2; });
    thread.join();
    x++;
    return 0;
}
