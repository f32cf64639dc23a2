/* Rule    cxx.joining_thread  [HB-PT-01]
 * Expect  race x
 * Why     it is still there.
 * Twin    joining_thread_ordered.cc
 */
#include <thread>

int x;

int main() {
    {
        std::jthread thread([] { x = 1; });
        x++;
    }
    return 0;
}
