/* Rule    misuse.end_with_cxx_lock  [POSIX, C11]
 * Expect  none
 * Why     the lock lets go as it ends.
 * Twin    end_with_cxx_lock_wrong.cc
 */
#include <mutex>
#include <thread>

std::mutex m;

int main() {
    std::thread thread([] { std::unique_lock<std::mutex> lock(m); });
    thread.join();
}
