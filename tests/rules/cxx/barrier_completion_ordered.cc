/* Rule    cxx.barrier_completion  [HB-PT-05]
 * Expect  none
 * Why     the completion runs after all arrivals and before all departures.
 * Twin    barrier_completion_races.cc
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
        x++;
        both.arrive_and_wait();
    });
    both.arrive_and_wait();
    x++;
    thread.join();
    return 0;
}
