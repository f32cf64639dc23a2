/* Rule    cxx.map_of_locks  [HB-PT-02]
 * Expect  none
 * Why     a map is read under the mutex that its writer holds.
 * Twin    map_of_locks_races.cc
 */
#include <map>
#include <mutex>
#include <thread>

static std::map<int, int> sizes;
static std::mutex m;

static size_t count() {
    std::lock_guard<std::mutex> held(m);
    return sizes.size();
}

int main() {
    std::thread thread([] {
        std::lock_guard<std::mutex> held(m);
        sizes[1] = 2;
    });
    size_t n = count();
    thread.join();
    return n > 1;
}
