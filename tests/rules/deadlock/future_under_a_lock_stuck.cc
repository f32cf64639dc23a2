/* Rule    deadlock.future_under_a_lock  [D8]
 * Expect  deadlock
 * Why     who is to set the value waits for the lock that is held meanwhile.
 * Twin    future_under_a_lock_free.cc
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
    int got = promise.get_future().get();
    mutex.unlock();
    other.join();
    return got;
}
