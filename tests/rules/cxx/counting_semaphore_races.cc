/* Rule    cxx.counting_semaphore  [HB-PT-06]
 * Expect  race x
 * Why     what comes after it does not.
 * Twin    counting_semaphore_ordered.cc
 */
#include <semaphore>
#include <thread>

int x;
std::counting_semaphore<4> done(0);

int main() {
    std::thread thread([] {
        done.release();
        x = 1;
    });
    done.acquire();
    x++;
    thread.join();
    return 0;
}
