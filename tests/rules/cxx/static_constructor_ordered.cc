/* Rule    cxx.static-constructor  [HB-PT-01]
 * Expect  none
 * Why     the thread that a constructor started before main writes, and main waits for it.
 * Twin    static_constructor_races.cc
 */
#include "../invisible.h"

#include <thread>

int x;

struct worker {
    std::thread thread{[] {
        x = 1;
        mark(1);
    }};

    void wait() {
        if (thread.joinable()) {
            thread.join();
        }
    }

    ~worker() {
        wait();
    }
};

static worker early;

int main() {
    early.wait();
    x = 2;
    return 0;
}
