/* Rule    cxx.thread-and-join  [HB-PT-01]
 * Expect  none
 * Why     the end of a std::thread happens before the return of its join.
 * Twin    thread_and_join_races.cc
 */
#include <thread>

int x;

int main() {
    std::thread a([] { x = 1; });
    a.join();
    x = 2;
    return 0;
}
