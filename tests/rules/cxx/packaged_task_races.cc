/* Rule    cxx.packaged_task  [HB-C11-02]
 * Expect  race x
 * Why     what its thread does after it does not.
 * Twin    packaged_task_ordered.cc
 */
#include "../invisible.h"

#include <future>
#include <thread>
#include <utility>

int x;

int main() {
    std::packaged_task<void()> task([] {
    });
    std::future<void> future = task.get_future();
    std::thread thread([](std::packaged_task<void()> given) {
        given();
        await(0); /* else letting go of the state they share may order them */
        x = 1;
    }, std::move(task));
    future.get();
    mark(0);
    x++;
    thread.join();
    return 0;
}
