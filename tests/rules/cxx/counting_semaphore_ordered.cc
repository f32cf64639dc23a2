/* Rule    cxx.counting_semaphore  [HB-PT-06]
 * Expect  none
 * Why     release happens before the acquire that it lets go.
 * Twin    counting_semaphore_races.cc
 */
#include <semaphore>
#include <thread>

int x;
std::counting_semaphore<4> done(0);

int main() {
    std::thread thread([] {
        x = 1;
        done.release();
    });
    done.acquire();
    x++;
    thread.join();
    return 0;
}
