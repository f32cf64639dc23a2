/* Rule    misuse.broadcast_after_destroy_of_cxx  [C++ 31.7]
 * Expect  none
 * Why     it was made anew.
 * Twin    broadcast_after_destroy_of_cxx_wrong.cc
 */
#include <condition_variable>
#include <new>

alignas(std::condition_variable) char c[sizeof(std::condition_variable)];

int main(void) {
    new (c) std::condition_variable;
    auto *signalled = reinterpret_cast<std::condition_variable *>(c);
    signalled->~condition_variable();
    new (c) std::condition_variable;
    signalled->notify_all();
    return 0;
}
