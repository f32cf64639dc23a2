/* Rule    cxx.atomic_ref  [HB-C11-02]
 * Expect  none
 * Why     plain memory is an atomic while it is used through a reference.
 * Twin    atomic_ref_races.cc
 */
#include <atomic>
#include <thread>

int x;

int main() {
    std::thread thread([] { std::atomic_ref<int>(x).fetch_add(1); });
    std::atomic_ref<int>(x).fetch_add(1);
    thread.join();
    return 0;
}
