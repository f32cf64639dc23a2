/* Rule    cxx.captured_by_reference  [HB-PT-01]
 * Expect  none
 * Why     a lambda may write what it captured until it is joined.
 * Twin    captured_by_reference_races.cc
 */
#include <thread>

int main() {
    int x = 0;
    std::thread thread([&x] { x = 1; });
    thread.join();
    x++;
    return x == 0;
}
