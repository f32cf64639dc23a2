/* Rule    misuse.unlock_of_cxx_mutex  [POSIX, C11]
 * Expect  misuse m
 * Why     the mutex is main's.
 * Twin    unlock_of_cxx_mutex_right.cc
 */
#include <mutex>
#include <thread>

std::mutex m;

int main() {
    m.lock();
    std::thread thread([] { m.unlock(); });
    thread.join();
}
