/* Rule    deadlock.latch_of_too_many  [D8]
 * Expect  none
 * Why     all of them arrive.
 * Twin    latch_of_too_many_stuck.cc
 */
#include <latch>
#include <thread>

static std::latch all(2);

int main() {
    std::thread other([] { all.arrive_and_wait(); });
    all.arrive_and_wait();
    other.join();
}
