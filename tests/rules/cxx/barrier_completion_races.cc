/* Rule    cxx.barrier_completion  [HB-PT-05]
 * Expect  race x
 * Why     two use it after their departures.
 * Twin    barrier_completion_ordered.cc
 */
#include <barrier>
#include <thread>

int x;

static void complete() noexcept {
    x++;
}

int main() {
    std::barrier<void (*)() noexcept> both(2, complete);
    std::thread thread([&both] {
        both.arrive_and_wait();
        x++;
    });
    both.arrive_and_wait();
    x++;
    thread.join();
    return 0;
}
