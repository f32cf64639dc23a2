/* Rule    cxx.condition_variable_any  [HB-PT-04]
 * Expect  none
 * Why     it works with any lock, and orders by that lock.
 * Twin    condition_variable_any_races.cc
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
            x = 1;
            ready = true;
        }
        changed.notify_all();
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
