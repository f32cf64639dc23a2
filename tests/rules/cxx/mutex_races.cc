/* Rule    cxx.mutex  [HB-PT-02]
 * Expect  race x
 * Why     A writes after the block.
 * Twin    mutex_ordered.cc
 */
#include "../invisible.h"

#include <mutex>
#include <thread>

int x;
std::mutex m;

int main() {
    std::thread a([] {
        { std::lock_guard<std::mutex> guard(m); }
        x = 1;
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
