/* Rule    cxx.static-constructor  [HB-PT-01]
 * Expect  race x
 * Why     the thread that a constructor started before main writes, and main does not wait for it.
 * Twin    static_constructor_ordered.cc
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
    await(1);
    x = 2;
    return 0;
}
