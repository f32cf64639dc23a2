/* Rule    cxx.condition_variable_any  [HB-PT-04]
 * Expect  race x
 * Why     the write is made when it was let go.
 * Twin    condition_variable_any_ordered.cc
 */
#include <condition_variable>
#include <shared_mutex>
#include <thread>

int x;
bool ready;
std::shared_mutex m;
std::condition_variable_any changed;

int main() {
    std::thread thread([] {
        {
            std::unique_lock<std::shared_mutex> held(m);
            ready = true;
        }
        changed.notify_all();
        x = 1;
    });
    {
        std::shared_lock<std::shared_mutex> held(m);
        changed.wait(held, [] { return ready; });
    }
    {
        std::unique_lock<std::shared_mutex> held(m);
        x++;
    }
    thread.join();
    return 0;
}
