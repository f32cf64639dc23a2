/* Rule    deadlock.condition_of_cxx  [D8]
 * Expect  deadlock
 * Says    waits in pthread_cond_wait on mutex `m`
 * Why     main signals, but who holds the condition's mutex wants a lock that the waiter keeps.
 * Twin    condition_of_cxx_free.cc
 */
#include "../invisible.h"
#include "../told.h"

#include <condition_variable>
#include <mutex>
#include <thread>

std::mutex outer, m;
std::condition_variable c;

static void signal() {
    m.lock();
    mark(0);
    c.notify_one();
    outer.lock();
    m.unlock();
    outer.unlock();
    mark(1);
}

static void wait_within() {
    std::lock_guard<std::mutex> whole(outer);
    std::unique_lock<std::mutex> lock(m);
    std::thread(signal).detach();
    c.wait(lock);
    mark(1);
}

int main() {
    std::thread(wait_within).detach();
    for (await(0); happened(1) < 2 && untold();) {
        c.notify_one();
    }
}
