/* Rule    deadlock.semaphores_of_cxx  [D8]
 * Expect  none
 * Why     one of them gives first.
 * Twin    semaphores_of_cxx_stuck.cc
 */
#include <semaphore>
#include <thread>

static std::counting_semaphore<4> here(0), there(0);

int main() {
    std::thread other([] {
        there.release();
        here.acquire();
    });
    there.acquire();
    here.release();
    other.join();
}
