/* Rule    cxx.static-local  [C++11 6.7]
 * Expect  none
 * Why     the initialisation of a static local happens before every use of it.
 * Twin    static_local_races.cc
 */
#include "../invisible.h"

#include <thread>

int x;

static int first() {
    x = 1;
    return 7;
}

static int lucky() {
    static int number = first();
    return number;
}

int main() {
    std::thread a([] {
        lucky();
        mark(1);
    });
    await(1);
    lucky();
    x = 2;
    a.join();
    return 0;
}
