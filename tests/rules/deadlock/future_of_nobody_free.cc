/* Rule    deadlock.future_of_nobody  [D8]
 * Expect  none
 * Why     another thread sets it.
 * Twin    future_of_nobody_stuck.cc
 */
#include "../asleep.h"

#include <future>
#include <thread>

static std::promise<int> promise;

int main() {
    std::future<int> value = promise.get_future();
    std::thread other([] {
        await_sleepers(1);
        promise.set_value(0);
    });
    int got = value.get();
    other.join();
    return got;
}
