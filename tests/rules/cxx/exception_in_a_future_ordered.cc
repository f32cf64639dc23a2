/* Rule    cxx.exception_in_a_future  [HB-C11-02]
 * Expect  none
 * Why     what comes before an exception is set happens before it is caught.
 * Twin    exception_in_a_future_races.cc
 */
#include <exception>
#include <future>
#include <stdexcept>
#include <thread>

int x;

int main() {
    std::promise<void> promise;
    std::future<void> future = promise.get_future();
    std::thread thread([&promise] {
        try {
            throw std::runtime_error("no");
        } catch (...) {
            x = 1;
            promise.set_exception(std::current_exception());
        }
    });
    try {
        future.get();
    } catch (const std::runtime_error &) {
        x++;
    }
    thread.join();
    return 0;
}
