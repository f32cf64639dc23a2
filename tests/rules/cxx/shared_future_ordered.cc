/* Rule    cxx.shared_future  [HB-C11-02]
 * Expect  none
 * Why     all who have the result know what came before it.
 * Twin    shared_future_races.cc
 */
#include <future>
#include <thread>

int x, y[2];

int main() {
    std::promise<int> promise;
    std::shared_future<int> future = promise.get_future().share();
    std::thread one([future] { y[0] = x + future.get(); });
    std::thread other([future] { y[1] = x + future.get(); });
    promise.set_value(1);
    one.join();
    other.join();
    return 0;
}
