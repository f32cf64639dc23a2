/* Rule    cxx.detached_thread  [HB-C11-02]
 * Expect  none
 * Why     what a detached thread stored last was read.
 * Twin    detached_thread_races.cc
 */
#include "../invisible.h"

#include <atomic>
#include <thread>

int x;
std::atomic<bool> done;

int main() {
    std::thread([] {
        x = 1;
        done = true;
        mark(0);
    }).detach();
    while (!done) {
        std::this_thread::yield();
    }
    await(0);
    x++;
    return 0;
}
