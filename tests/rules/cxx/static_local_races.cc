/* Rule    cxx.static-local  [C++11 6.7]
 * Expect  race x
 * Why     A writes after the initialisation.
 * Twin    static_local_ordered.cc
 */
#include "../invisible.h"

#include <thread>

int x;

static int first() {
    return 7;
}

static int lucky() {
    static int number = first();
    return number;
}

int main() {
    std::thread a([] {
        lucky();
        x = 1;
        mark(1);
    });
    await(1);
    lucky();
    x = 2;
    a.join();
    return 0;
}
