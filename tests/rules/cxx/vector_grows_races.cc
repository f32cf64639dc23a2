/* Rule    cxx.vector_grows  [HB-PT-02]
 * Expect  race all
 * Why     one reads without.
 * Twin    vector_grows_ordered.cc
 */
#include <mutex>
#include <thread>
#include <vector>

static std::vector<int> all(1);
static std::mutex m;

int main() {
    std::thread thread([] {
        for (int i = 0; i < 20; i++) {
            std::lock_guard<std::mutex> held(m);
            all.push_back(i);
        }
    });
    size_t n = all.size();
    thread.join();
    return n == 0;
}
