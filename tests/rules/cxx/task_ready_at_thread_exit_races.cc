/* Rule    cxx.task_ready_at_thread_exit  [HB-C11-02]
 * Expect  race x
 * Why     nobody waits for the task that is ready at its thread's end.
 * Twin    task_ready_at_thread_exit_ordered.cc
 */
#include <future>
#include <thread>

int x;
struct Last {
    ~Last() {
        x = 1;
    }
};
thread_local Last last;

int main() {
    std::packaged_task<int()> task([] { return (void)&last, 1; });
    std::future<int> future = task.get_future();
    std::thread thread([&task] { task.make_ready_at_thread_exit(); });
    future.valid();
    x++;
    thread.join();
    return 0;
}
