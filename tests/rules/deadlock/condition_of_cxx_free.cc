/* Rule    deadlock.condition_of_cxx  [D8]
 * Expect  none
 * Why     who signals lets the condition's mutex go before it wants the waiter's lock.
 * Twin    condition_of_cxx_stuck.cc
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
    m.unlock();
    outer.lock();
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
