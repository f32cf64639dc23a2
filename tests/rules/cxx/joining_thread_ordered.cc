/* Rule    cxx.joining_thread  [HB-PT-01]
 * Expect  none
 * Why     the end of a jthread happens before its destructor returns.
 * Twin    joining_thread_races.cc
 */
#include <thread>

int x;

int main() {
    {
        std::jthread thread([] { x = 1; });
    }
    x++;
    return 0;
}
