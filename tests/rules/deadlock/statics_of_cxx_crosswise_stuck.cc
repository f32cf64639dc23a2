/* Rule    deadlock.statics_of_cxx_crosswise  [D8]
 * Expect  deadlock
 * Why     each initialiser needs the variable that the other thread makes.
 * Twin    statics_of_cxx_crosswise_free.cc
 */
#include "../invisible.h"

#include <thread>

struct a;
struct b;

template <class T> int make();
template <class T> int value() {
    static int x = make<T>();
    return x;
}

int begun() {
    mark(0);
    await_times(0, 2);
    return 0;
}

template <> int make<int>() {
    return 0;
}
template <> int make<a>() {
    return begun() + value<b>();
}
template <> int make<b>() {
    return begun() + value<a>();
}

int main() {
    std::thread thread(value<a>);
    int x = value<b>();
    thread.join();
    return x;
}
