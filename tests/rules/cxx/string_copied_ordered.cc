/* Rule    cxx.string_copied  [HB-PT-01]
 * Expect  none
 * Why     two threads have strings of their own.
 * Twin    string_copied_races.cc
 */
#include <string>
#include <thread>

static std::string text("a string that does not fit into the object itself");

int main() {
    std::thread thread([own = text]() mutable { own[0] = 'b'; });
    text[0] = 'c';
    thread.join();
    return 0;
}
