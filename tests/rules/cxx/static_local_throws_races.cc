/* Rule    cxx.static-local-throws  [C++11 6.7]
 * Expect  race x
 * Why     A writes after its initialiser threw.
 * Twin    static_local_throws_ordered.cc
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
        try {
            lucky();
        } catch (int) {
        }
        x = 1;
        mark(1);
    });
    await(1);
    lucky();
    x = 2;
    a.join();
    return 0;
}
