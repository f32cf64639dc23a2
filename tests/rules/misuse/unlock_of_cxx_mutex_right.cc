/* Rule    misuse.unlock_of_cxx_mutex  [POSIX, C11]
 * Expect  none
 * Why     it has locked it.
 * Twin    unlock_of_cxx_mutex_wrong.cc
 */
#include <mutex>
#include <thread>

std::mutex m;

int main() {
    std::thread thread([] {
        m.lock();
        m.unlock();
    });
    thread.join();
}
