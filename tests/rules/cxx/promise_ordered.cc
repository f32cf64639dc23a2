/* Rule    cxx.promise  [HB-C11-02]
 * Expect  none
 * Why     what comes before set_value happens before get returns.
 * Twin    promise_races.cc
 */
#include <future>
#include <thread>

int x;

int main() {
    std::promise<int> promise;
    std::future<int> future = promise.get_future();
    std::thread thread([&promise] {
        x = 1;
        promise.set_value(1);
    });
    int one = future.get();
    x += one;
    thread.join();
    return 0;
}
