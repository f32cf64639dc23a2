/* Rule    cxx.shared_pointer_last_use  [HB-C11-02]
 * Expect  none
 * Why     all uses of an object happen before its destructor, by the count of its owners.
 * Twin    shared_pointer_last_use_races.cc
 */
#include "../invisible.h"

#include <memory>
#include <thread>
#include <utility>

struct Counted {
    int n = 0;
    ~Counted() { n = -1; }
};

int main() {
    auto mine = std::make_shared<Counted>();
    std::thread thread([theirs = mine]() mutable {
        Counted *plain = theirs.get();
        plain->n++;
        theirs.reset();
        mark(0);
    });
    await(0);
    mine.reset();
    thread.join();
    return 0;
}
