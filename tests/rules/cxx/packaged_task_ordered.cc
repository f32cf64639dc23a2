/* Rule    cxx.packaged_task  [HB-C11-02]
 * Expect  none
 * Why     a task's end happens before get returns its result.
 * Twin    packaged_task_races.cc
 */
#include "../invisible.h"

#include <future>
#include <thread>
#include <utility>

int x;

int main() {
    std::packaged_task<void()> task([] {
        x = 1;
    });
    std::future<void> future = task.get_future();
    std::thread thread([](std::packaged_task<void()> given) {
        given();
        await(0); /* else letting go of the state they share may order them */
    }, std::move(task));
    future.get();
    mark(0);
    x++;
    thread.join();
    return 0;
}
