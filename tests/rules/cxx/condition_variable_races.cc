/* Rule    cxx.condition_variable  [HB-PT-04]
 * Expect  race x
 * Why     the write is made when it was let go.
 * Twin    condition_variable_ordered.cc
 */
#include <condition_variable>
#include <mutex>
#include <thread>

int x;
bool ready;
std::mutex m;
std::condition_variable changed;

int main() {
    std::thread thread([] {
        {
            std::lock_guard<std::mutex> held(m);
            ready = true;
            changed.notify_one();
        }
        x = 1;
    });
    {
        std::unique_lock<std::mutex> held(m);
        changed.wait(held, [] { return ready; });
        x++;
    }
    thread.join();
    return 0;
}
