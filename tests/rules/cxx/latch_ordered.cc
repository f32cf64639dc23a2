/* Rule    cxx.latch  [HB-C11-02]
 * Expect  none
 * Why     counting down happens before the wait ends.
 * Twin    latch_races.cc
 */
#include <latch>
#include <thread>

int x;
std::latch done(1);

int main() {
    std::thread thread([] {
        x = 1;
        done.count_down();
    });
    done.wait();
    x++;
    thread.join();
    return 0;
}
