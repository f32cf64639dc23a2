/* Rule    deadlock.future_under_a_lock  [D8]
 * Expect  none
 * Why     the lock was let go before.
 * Twin    future_under_a_lock_stuck.cc
 */
#include <future>
#include <mutex>
#include <thread>

static std::mutex mutex;
static std::promise<int> promise;

int main() {
    mutex.lock();
    std::thread other([] {
        mutex.lock();
        promise.set_value(0);
        mutex.unlock();
    });
    mutex.unlock();
    int got = promise.get_future().get();
    other.join();
    return got;
}
