/* Rule    cxx.value_at_thread_exit  [HB-C11-02]
 * Expect  none
 * Why     all that the thread does before its end happens before get returns.
 * Twin    value_at_thread_exit_races.cc
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
    future.get();
    x++;
    thread.join();
    return 0;
}
