/* Rule    deadlock.latch_of_too_many  [D8]
 * Expect  deadlock
 * Why     the latch counts one more than there are.
 * Twin    latch_of_too_many_free.cc
 */
#include <latch>
#include <thread>

static std::latch all(3);

int main() {
    std::thread other([] { all.arrive_and_wait(); });
    all.arrive_and_wait();
    other.join();
}
