/* Rule    cxx.call_once_throws  [HB-ON-01]
 * Expect  race x
 * Why     what its caller did after that does not.
 * Twin    call_once_throws_ordered.cc
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
                throw 1;
            });
        } catch (int) {
            x = 1;
        }
        mark(0);
    });
    await(0);
    std::call_once(once, [] { x++; });
    thread.join();
    return 0;
}
