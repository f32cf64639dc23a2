/* Rule    cxx.condition_variable  [HB-PT-04]
 * Expect  none
 * Why     who was woken has the mutex.
 * Twin    condition_variable_races.cc
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
            x = 1;
            ready = true;
            changed.notify_one();
        }
    });
    {
        std::unique_lock<std::mutex> held(m);
        changed.wait(held, [] { return ready; });
        x++;
    }
    thread.join();
    return 0;
}
