// One wait of the C++ library, as the first argument says, that nobody ends.
#include <atomic>
#include <barrier>
#include <condition_variable>
#include <cstring>
#include <future>
#include <latch>
#include <mutex>
#include <semaphore>
#include <thread>

static std::mutex guard;
static std::once_flag once;
static std::atomic<int> word;
static std::atomic_flag flag;

static void for_ever(const char *what) {
    std::unique_lock<std::mutex> held(guard);
    std::promise<int> promise;
    std::condition_variable condition;
    std::condition_variable_any any;
    if (!strcmp(what, "get")) promise.get_future().get();
    if (!strcmp(what, "share")) promise.get_future().share().wait();
    if (!strcmp(what, "latch")) std::latch(1).wait();
    if (!strcmp(what, "barrier")) std::barrier(2).arrive_and_wait();
    if (!strcmp(what, "semaphore")) std::counting_semaphore<4>(0).acquire();
    if (!strcmp(what, "atomic")) word.wait(0);
    if (!strcmp(what, "flag")) flag.wait(false);
    if (!strcmp(what, "lock")) guard.lock();
    if (!strcmp(what, "guard")) std::lock_guard<std::mutex> again(guard);
    if (!strcmp(what, "condition")) condition.wait(held, [] { return false; });
    if (!strcmp(what, "any")) any.wait(held);
    if (!strcmp(what, "once")) std::call_once(once, [] { std::call_once(once, [] {}); });
    if (!strcmp(what, "thread")) std::thread([] { word.wait(0); }).join();
    if (!strcmp(what, "async")) std::async(std::launch::async, [] { word.wait(0); }).wait();
}

int main(int, char **argv) {
    for_ever(argv[1]);
    return 0;
}
