/* Rule    cxx.mutex  [HB-PT-02]
 * Expect  none
 * Why     a std::lock_guard unlocks at the end of its block.
 * Twin    mutex_races.cc
 */
#include "../invisible.h"

#include <mutex>
#include <thread>

int x;
std::mutex m;

int main() {
    std::thread a([] {
        {
            std::lock_guard<std::mutex> guard(m);
            x = 1;
        }
        mark(1);
    });
    await(1);
    {
        std::lock_guard<std::mutex> guard(m);
        x = 2;
    }
    a.join();
    return 0;
}
