/* Rule    cxx.value_at_thread_exit  [HB-C11-02]
 * Expect  race x
 * Why     nobody waits for the value that the thread sets at its end.
 * Twin    value_at_thread_exit_ordered.cc
 */
#include <future>
#include <thread>

int x;

int main() {
    std::promise<void> promise; // set by _ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv
    std::future<void> future = promise.get_future();
    std::thread thread([&promise] {
        promise.set_value_at_thread_exit();
        x = 1;
    });
    future.valid();
    x++;
    thread.join();
    return 0;
}
