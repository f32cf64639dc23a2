/* Rule    cxx.latch  [HB-C11-02]
 * Expect  race x
 * Why     what comes after it does not.
 * Twin    latch_ordered.cc
 */
#include <latch>
#include <thread>

int x;
std::latch done(1);

int main() {
    std::thread thread([] {
        done.count_down();
        x = 1;
    });
    done.wait();
    x++;
    thread.join();
    return 0;
}
