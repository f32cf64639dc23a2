/* Rule    deadlock.semaphores_of_cxx  [D8]
 * Expect  deadlock
 * Why     each takes first what the other gives afterwards.
 * Twin    semaphores_of_cxx_free.cc
 */
#include <semaphore>
#include <thread>

static std::counting_semaphore<4> here(0), there(0);

int main() {
    std::thread other([] {
        here.acquire();
        there.release();
    });
    there.acquire();
    here.release();
    other.join();
}
