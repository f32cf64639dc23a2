/* Rule    lockorder.cxx_mutex  [D9]
 * Expect  none
 * Why     scoped_lock takes no lock while it holds one, but by trying.
 * Twin    cxx_mutex_cycle.cc
 */
#include "../invisible.h"

#include <mutex>
#include <thread>

std::mutex a, b;

void nest(std::mutex &first, std::mutex &second) {
    std::scoped_lock both(first, second);
}

int main() {
    std::thread thread([] {
        await(0);
        nest(b, a);
    });
    nest(a, b);
    mark(0);
    thread.join();
    return 0;
}
