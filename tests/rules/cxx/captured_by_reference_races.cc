/* Rule    cxx.captured_by_reference  [HB-PT-01]
 * Expect  race stack
 * Why     main writes it, too.
 * Twin    captured_by_reference_ordered.cc
 */
#include <thread>

int main() {
    int x = 0;
    std::thread thread([&x] { x = 1; });
    x++;
    thread.join();
    return x == 0;
}
