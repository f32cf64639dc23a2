/* Rule    cxx.async  [HB-C11-02]
 * Expect  none
 * Why     a function's end happens before get returns its result.
 * Twin    async_races.cc
 */
#include <future>

int x;

int main() {
    std::future<void> future = std::async(std::launch::async, [] { x = 1; });
    future.get();
    x++;
    return 0;
}
