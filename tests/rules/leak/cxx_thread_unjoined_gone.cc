/* Rule    leak.cxx_thread_unjoined  [D10]
 * Expect  none
 * Why     it is joined.
 * Twin    cxx_thread_unjoined_left.cc
 */
#include "../ended.h"

#include <thread>

int main() {
    auto *thread = new std::thread([] {});
    thread->join();
    await_threads(1);
    return thread == nullptr;
}
