/* Rule    misuse.end_with_cxx_lock  [POSIX, C11]
 * Expect  misuse m
 * Why     the lock was told to forget its mutex.
 * Twin    end_with_cxx_lock_right.cc
 */
#include <mutex>
#include <thread>

std::mutex m;

int main() {
    std::thread thread([] {
        std::unique_lock<std::mutex> lock(m);
        lock.release();
    });
    thread.join();
}
