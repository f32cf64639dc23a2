/* Rule    cxx.barrier  [HB-PT-05]
 * Expect  race x
 * Why     the write is made after the departure.
 * Twin    barrier_ordered.cc
 */
#include <barrier>
#include <thread>

int x;
std::barrier<> both(2);

int main() {
    std::thread thread([] {
        both.arrive_and_wait();
        x = 1;
    });
    both.arrive_and_wait();
    x++;
    thread.join();
    return 0;
}
