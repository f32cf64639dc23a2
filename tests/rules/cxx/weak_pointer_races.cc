/* Rule    cxx.weak_pointer  [HB-C11-02]
 * Expect  race n
 * Why     it keeps only the address.
 * Twin    weak_pointer_ordered.cc
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
        owner.reset();
        n++;
        mark(0);
    });
    await(0);
    mine.reset();
    thread.join();
    return 0;
}
