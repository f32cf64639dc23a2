/* Rule    cxx.static-local-throws  [C++11 6.7]
 * Expect  none
 * Why     the initialiser that threw happens before the one that is tried next.
 * Twin    static_local_throws_races.cc
 */
#include "../invisible.h"

#include <thread>

int x, tries;

static int first() {
    if (tries++ == 0) {
        throw 1;
    }
    return 7;
}

static int lucky() {
    static int number = first();
    return number;
}

int main() {
    std::thread a([] {
        x = 1;
        try {
            lucky();
        } catch (int) {
        }
        mark(1);
    });
    await(1);
    lucky();
    x = 2;
    a.join();
    return 0;
}
