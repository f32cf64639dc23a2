/* Rule    cxx.vector_grows  [HB-PT-02]
 * Expect  none
 * Why     a vector grows under the mutex of those that read it.
 * Twin    vector_grows_races.cc
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
    m.lock();
    size_t n = all.size();
    m.unlock();
    thread.join();
    return n == 0;
}
