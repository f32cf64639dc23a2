/* Rule    cxx.thread_local_destructor  [HB-PT-07]
 * Expect  race x
 * Why     main goes on before it.
 * Twin    thread_local_destructor_ordered.cc
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
    x++;
    thread.join();
    return 0;
}
