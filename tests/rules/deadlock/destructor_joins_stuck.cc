/* Rule    deadlock.destructor_joins  [D8]
 * Expect  deadlock
 * Says    tests/rules/deadlock/destructor_joins_stuck.cc:25
 * Why     the destructor joins a thread that nobody has told to end.
 * Twin    destructor_joins_free.cc
 */
#include "../asleep.h"

#include <condition_variable>
#include <mutex>
#include <thread>

struct worker {
    std::mutex m;
    std::condition_variable cond;
    bool stop = false;
    std::thread thread{[this] {
        std::unique_lock<std::mutex> lock(m);
        cond.wait(lock, [this] { return stop; });
    }};
    ~worker() {
        m.lock();
        stop = true;
        m.unlock();
        thread.join();
    }
} one;

int main() {
    await_sleepers(1);
    return 0;
}
