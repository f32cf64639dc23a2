/* Rule    cxx.call_once_again  [HB-ON-01]
 * Expect  race x
 * Why     the one that throws has written.
 * Twin    call_once_again_ordered.cc
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
            x = 1;
        }
        mark(0);
    });
    await(0);
    std::call_once(once, [] { x = 1; });
    std::call_once(once, [] { x = 2; });
    thread.join();
    return 0;
}
