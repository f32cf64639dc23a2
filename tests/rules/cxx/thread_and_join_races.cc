/* Rule    cxx.thread-and-join  [HB-PT-01]
 * Expect  race x
 * Why     main writes before it joins.
 * Twin    thread_and_join_ordered.cc
 */
#include <thread>

int x;

int main() {
    std::thread a([] { x = 1; });
    x = 2;
    a.join();
    return 0;
}
