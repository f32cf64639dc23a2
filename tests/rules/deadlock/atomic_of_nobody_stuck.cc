/* Rule    deadlock.atomic_of_nobody  [D8]
 * Expect  deadlock
 * Why     only the thread that waits has the flag.
 * Twin    atomic_of_nobody_free.cc
 */
#include "../detached.h"
#include "../told.h"

#include <atomic>

static std::atomic<int> *kept;

static void *consumer(void *argument) {
    auto *flag = static_cast<std::atomic<int> *>(argument);
    mark(0);
    flag->wait(0);
    mark(1);
    return nullptr;
}

APART static std::atomic<int> *start() {
    auto *flag = new std::atomic<int>(0);
    start_detached(consumer, flag);
    return nullptr;
}

int main() {
    kept = start();
    await_times(0, 1);
    TOLD;
    if (kept != nullptr) {
        *kept = 1;
        kept->notify_one();
        await(1);
    }
}
