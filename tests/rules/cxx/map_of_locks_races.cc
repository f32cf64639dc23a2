/* Rule    cxx.map_of_locks  [HB-PT-02]
 * Expect  race sizes
 * Why     it is read without.
 * Twin    map_of_locks_ordered.cc
 */
#include <map>
#include <mutex>
#include <thread>

static std::map<int, int> sizes;
static std::mutex m;

static size_t count() {
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
