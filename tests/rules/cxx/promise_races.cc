/* Rule    cxx.promise  [HB-C11-02]
 * Expect  race x
 * Why     what comes after it does not.
 * Twin    promise_ordered.cc
 */
#include <future>
#include <thread>

int x;

int main() {
    std::promise<int> promise;
    std::future<int> future = promise.get_future();
    std::thread thread([&promise] {
        promise.set_value(1);
        x = 1;
    });
    int one = future.get();
    x += one;
    thread.join();
    return 0;
}
