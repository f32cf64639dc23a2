/* Rule    cxx.string_copied  [HB-PT-01]
 * Expect  race heap
 * Why     they share one.
 * Twin    string_copied_ordered.cc
 */
#include <string>
#include <thread>

static std::string text("a string that does not fit into the object itself");

int main() {
    std::thread thread([&own = text]() mutable { own[0] = 'b'; });
    text[0] = 'c';
    thread.join();
    return 0;
}
