/* Rule    cxx.call_once_throws  [HB-ON-01]
 * Expect  none
 * Why     what the routine did before it threw happens before the next one.
 * Twin    call_once_throws_races.cc
 */
#include "../invisible.h"

#include <mutex>
#include <thread>

int x;
std::once_flag once;

int main() {
    std::thread thread([] {
        try {
            std::call_once(once, [] {
                x = 1;
                throw 1;
            });
        } catch (int) {
        }
        mark(0);
    });
    await(0);
    std::call_once(once, [] { x++; });
    thread.join();
    return 0;
}
