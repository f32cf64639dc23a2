/* Rule    cxx.shared_future  [HB-C11-02]
 * Expect  race x
 * Why     they do not know of each other.
 * Twin    shared_future_ordered.cc
 */
#include <future>
#include <thread>

int x, y[2];

int main() {
    std::promise<int> promise;
    std::shared_future<int> future = promise.get_future().share();
    std::thread one([future] { y[0] = x + future.get(); });
    std::thread other([future] { x = future.get(); });
    promise.set_value(1);
    one.join();
    other.join();
    return 0;
}
