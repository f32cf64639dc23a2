/* Rule    deadlock.future_of_nobody  [D8]
 * Expect  deadlock
 * Says    future_of_nobody_stuck.cc:20 in main
 * Why     the only one who could set the value waits for it.
 * Twin    future_of_nobody_free.cc
 */
#include "../asleep.h"

#include <future>
#include <thread>

static std::promise<int> promise;

int main() {
    std::future<int> value = promise.get_future();
    std::thread other([] {
        await_sleepers(1);
        (void)promise;
    });
    int got = value.get();
    other.join();
    return got;
}
