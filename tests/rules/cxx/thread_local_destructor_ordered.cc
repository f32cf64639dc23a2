/* Rule    cxx.thread_local_destructor  [HB-PT-07]
 * Expect  none
 * Why     the destructors of a thread's variables happen before its join.
 * Twin    thread_local_destructor_races.cc
 */
#include "../invisible.h"

#include <thread>

static int x;
struct Writes {
    int n = 1;
    ~Writes() {
        x = n;
        mark(0);
    }
};
thread_local Writes own;

int main() {
    std::thread thread([] { own.n++; });
    await(0);
    thread.join();
    x++;
    return 0;
}
