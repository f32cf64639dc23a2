/* Rule    leak.cxx_thread_unjoined  [D10]
 * Expect  leak main
 * Why     nobody joins it.
 * Twin    cxx_thread_unjoined_gone.cc
 */
#include "../ended.h"

#include <thread>

int main() {
    auto *thread = new std::thread([] {});
    await_threads(1);
    return thread == nullptr;
}
