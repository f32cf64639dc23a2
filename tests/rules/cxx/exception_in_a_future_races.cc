/* Rule    cxx.exception_in_a_future  [HB-C11-02]
 * Expect  race x
 * Why     what comes after it does not.
 * Twin    exception_in_a_future_ordered.cc
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
            promise.set_exception(std::current_exception());
            x = 1;
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
