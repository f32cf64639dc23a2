/* Rule    cxx.async  [HB-C11-02]
 * Expect  race x
 * Why     main does not wait for it.
 * Twin    async_ordered.cc
 */
#include <future>

int x;

int main() {
    std::future<void> future = std::async(std::launch::async, [] { x = 1; });
    x++;
    future.get();
    return 0;
}
