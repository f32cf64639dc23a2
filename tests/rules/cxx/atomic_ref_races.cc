/* Rule    cxx.atomic_ref  [HB-C11-02]
 * Expect  race x
 * Why     one uses it as what it is.
 * Twin    atomic_ref_ordered.cc
 */
#include <atomic>
#include <thread>

int x;

int main() {
    std::thread thread([] { std::atomic_ref<int>(x).fetch_add(1); });
    x++;
    thread.join();
    return 0;
}
