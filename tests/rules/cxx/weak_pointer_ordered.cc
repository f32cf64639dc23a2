/* Rule    cxx.weak_pointer  [HB-C11-02]
 * Expect  none
 * Why     who locks a weak pointer is an owner while it uses the object.
 * Twin    weak_pointer_races.cc
 */
#include "../invisible.h"

#include <memory>
#include <thread>

static int n;
struct Object {
    ~Object() { n++; }
};

int main() {
    auto mine = std::make_shared<Object>();
    std::thread thread([weak = std::weak_ptr<Object>(mine)] {
        auto owner = weak.lock();
        n++;
        owner.reset();
        mark(0);
    });
    await(0);
    mine.reset();
    thread.join();
    return 0;
}
