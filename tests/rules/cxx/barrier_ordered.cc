/* Rule    cxx.barrier  [HB-PT-05]
 * Expect  none
 * Why     every arrival happens before every departure.
 * Twin    barrier_races.cc
 */
#include <barrier>
#include <thread>

int x;
std::barrier<> both(2);

int main() {
    std::thread thread([] {
        x = 1;
        both.arrive_and_wait();
    });
    both.arrive_and_wait();
    x++;
    thread.join();
    return 0;
}
