/* Rule    cxx.detached_thread  [HB-C11-02]
 * Expect  race x
 * Why     it goes on after that.
 * Twin    detached_thread_ordered.cc
 */
#include "../invisible.h"

#include <atomic>
#include <thread>

int x;
std::atomic<bool> done;

int main() {
    std::thread([] {
        done = true;
        x = 1;
        mark(0);
    }).detach();
    while (!done) {
        std::this_thread::yield();
    }
    await(0);
    x++;
    return 0;
}
