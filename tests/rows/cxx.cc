/* Rule    rows.cxx  [HB-PT-01, HB-PT-02, HB-PT-03, HB-PT-04, HB-PT-07, C++17 33]
 * Expect  rows
 * Why     the C++ library's own primitives, of which half is code without hooks: its order is seen where
 *         it calls pthread functions and where its headers are compiled with hooks.
 */
#include "rows.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

template <typename F> static void two(F a, F b) {
    std::thread first(a), second(b);
    first.join();
    second.join();
}

/* -- threads and locks -- */

int joined_x;
APART void NoRaceThreadJoin_body() {
    joined_x = 1;
}
ROW(NoRaceThreadJoin) {
    std::thread t(NoRaceThreadJoin_body);
    t.join();
    joined_x = 2;
}
int unjoined_x;
APART void RaceThreadBeforeJoin_body() {
    unjoined_x = 1;
    mark(1);
}
ROW(RaceThreadBeforeJoin) {
    std::thread t(RaceThreadBeforeJoin_body);
    await(1);
    unjoined_x = 2;
    t.join();
}

template <typename Mutex, typename Lock> struct guarded {
    Mutex mutex;
    int x = 0;
    void add() {
        Lock lock(mutex);
        x++;
    }
};
guarded<std::mutex, std::lock_guard<std::mutex>> by_guard;
guarded<std::recursive_mutex, std::unique_lock<std::recursive_mutex>> by_recursive;
guarded<std::timed_mutex, std::scoped_lock<std::timed_mutex>> by_timed;
guarded<std::shared_mutex, std::unique_lock<std::shared_mutex>> by_shared;
guarded<std::shared_mutex, std::shared_lock<std::shared_mutex>> by_readers;
#define GUARDED(row, object)                                                                       \
    FIRST(row) {                                                                                   \
        object.add();                                                                              \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        object.add();                                                                              \
    }
// clang-format off
GUARDED(NoRaceLockGuard, by_guard)
GUARDED(NoRaceRecursiveMutex, by_recursive)
GUARDED(NoRaceTimedMutex, by_timed)
GUARDED(NoRaceSharedMutex, by_shared)
GUARDED(RaceSharedLockWrites, by_readers)
// clang-format on
std::mutex two_mutexes[2];
int both_x;
FIRST(NoRaceScopedLockOfTwo) {
    std::scoped_lock both(two_mutexes[0], two_mutexes[1]);
    both_x++;
}
SECOND(NoRaceScopedLockOfTwo) {
    std::scoped_lock both(two_mutexes[1], two_mutexes[0]);
    both_x++;
}

/* -- conditions -- */

template <typename Condition> struct mailbox {
    std::mutex mutex;
    Condition changed;
    bool full = false;
    int x = 0;
    void put() {
        x = 1;
        std::lock_guard<std::mutex> lock(mutex);
        full = true;
        changed.notify_one();
    }
    void get() {
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait(lock, [&] { return full; });
        lock.unlock();
        x = 2;
    }
};
mailbox<std::condition_variable> box;
mailbox<std::condition_variable_any> any_box;
ROW(NoRaceConditionVariable) {
    two<std::function<void()>>([] { box.put(); }, [] { box.get(); });
}
ROW(NoRaceConditionVariableAny) {
    two<std::function<void()>>([] { any_box.put(); }, [] { any_box.get(); });
}
std::condition_variable timed_out;
std::mutex timed_out_mutex;
int timed_x;
FIRST(NoRaceWaitForTimesOut) {
    std::unique_lock<std::mutex> lock(timed_out_mutex);
    timed_out.wait_for(lock, std::chrono::microseconds(10));
    timed_x++;
}
SECOND(NoRaceWaitForTimesOut) {
    std::lock_guard<std::mutex> lock(timed_out_mutex);
    timed_x++;
}

/* -- once -- */

std::once_flag flag;
int once_x;
static void first_time() {
    std::call_once(flag, [] { once_x = 1; });
}
FIRST(NoRaceCallOnce) {
    first_time();
}
SECOND(NoRaceCallOnce) {
    first_time();
    once_x++;
}
static std::vector<int> &singleton() {
    static std::vector<int> only(10, 1);
    return only;
}
FIRST(NoRaceStaticLocal) {
    USE(singleton()[3]);
}
SECOND(NoRaceStaticLocal) {
    USE(singleton()[3]);
}

/* -- futures -- */

int promised_x, async_x, packaged_x;
ROW(NoRacePromise) {
    std::promise<int> promise;
    std::future<int> future = promise.get_future();
    std::thread t([&] {
        promised_x = 1;
        promise.set_value(7);
    });
    USE(future.get());
    promised_x = 2;
    t.join();
}
ROW(NoRaceAsync) {
    auto future = std::async(std::launch::async, [] { return async_x = 1; });
    USE(future.get());
    async_x = 2;
}
ROW(NoRacePackagedTask) {
    std::packaged_task<int()> task([] { return packaged_x = 1; });
    std::future<int> future = task.get_future();
    std::thread t(std::move(task));
    USE(future.get());
    packaged_x = 2;
    t.join();
}
ROW(NoRaceSharedFuture) {
    std::promise<std::string> promise;
    std::shared_future<std::string> future = promise.get_future().share();
    auto reader = [future] { USE(future.get().size()); };
    std::thread a(reader), b(reader);
    promise.set_value("a string that is too long for the small buffer of a string");
    a.join();
    b.join();
}
int after_promise_x;
APART void RaceAfterSetValue_body(std::promise<int> *promise) {
    promise->set_value(7);
    after_promise_x = 1;
    mark(1);
}
ROW(RaceAfterSetValue) {
    std::promise<int> promise;
    std::future<int> future = promise.get_future();
    std::thread t(RaceAfterSetValue_body, &promise);
    USE(future.get());
    await(1);
    after_promise_x = 2;
    t.join();
}

/* -- shared ownership -- */

struct node {
    int x = 0;
    std::string text = "a string that is too long for the small buffer of a string";
    ~node() {
        x = -1;
    }
};
ROW(NoRaceSharedPtr) {
    auto shared = std::make_shared<node>();
    std::thread other([copy = shared]() mutable {
        USE(copy->x);
        copy.reset();
    });
    USE(shared->x);
    shared.reset();
    other.join();
}
ROW(NoRaceWeakPtr) {
    auto shared = std::make_shared<node>();
    std::thread other([weak = std::weak_ptr<node>(shared)] {
        if (auto copy = weak.lock()) {
            USE(copy->text.size());
        }
    });
    shared.reset();
    other.join();
}
ROW(NoRaceSharedPtrOfNew) {
    std::shared_ptr<node> shared(new node, [](node *n) {
        n->x++;
        delete n;
    });
    std::vector<std::thread> users;
    for (int i = 0; i < 4; i++) {
        users.emplace_back([shared] { USE(shared->text[0]); });
    }
    shared.reset();
    for (auto &user : users) {
        user.join();
    }
}
std::shared_ptr<node> global_shared = std::make_shared<node>();
std::shared_ptr<node> atomic_shared = std::make_shared<node>();
FIRST(RaceSharedPtrItself) {
    global_shared = nullptr;
}
SECOND(RaceSharedPtrItself) {
    std::shared_ptr<node> copy = global_shared;
    SHOW(copy);
}
FIRST(RaceSharedPtrContent) {
    atomic_shared->x = 1;
}
SECOND(RaceSharedPtrContent) {
    atomic_shared->x = 2;
}
FIRST(NoRaceAtomicLoadOfSharedPtr) {
    std::atomic_store(&atomic_shared, std::make_shared<node>());
}
SECOND(NoRaceAtomicLoadOfSharedPtr) {
    std::shared_ptr<node> copy = std::atomic_load(&atomic_shared);
    USE(copy->text.size());
}

/* -- atomics -- */

std::atomic<int> ready, relaxed_ready;
int published_x, unpublished_x;
PART(NoRaceAtomicPublication_writer) {
    published_x = 1;
    ready.store(1, std::memory_order_release);
}
ROW(NoRaceAtomicPublication) {
    task(NoRaceAtomicPublication_writer, nullptr);
    while (ready.load(std::memory_order_acquire) == 0) {
        rdl_yield();
    }
    published_x = 2;
}
PART(RaceAtomicPublicationRelaxed_writer) {
    unpublished_x = 1;
    relaxed_ready.store(1, std::memory_order_relaxed);
}
ROW(RaceAtomicPublicationRelaxed) {
    task(RaceAtomicPublicationRelaxed_writer, nullptr);
    while (relaxed_ready.load(std::memory_order_acquire) == 0) {
        rdl_yield();
    }
    unpublished_x = 2;
}
std::atomic<double> fraction;
std::atomic<node *> head;
FIRST(NoRaceAtomicDouble) {
    fraction = 1.5;
}
SECOND(NoRaceAtomicDouble) {
    double wanted = 0;
    fraction.compare_exchange_strong(wanted, 2.5);
}

/* -- containers, compiled with hooks from their headers -- */

std::vector<int> vector_race(10), vector_apart(10);
std::map<int, int> map_race{{1, 1}, {2, 2}}, map_read{{1, 1}, {2, 2}};
std::string string_race = "short", string_read = "short";
std::function<int()> function_race = [] { return 1; };
FIRST(RaceVector) {
    vector_race.push_back(1);
}
SECOND(RaceVector) {
    USE(vector_race.size());
}
FIRST(NoRaceVectorElements) {
    vector_apart[1] = 1;
}
SECOND(NoRaceVectorElements) {
    vector_apart[2] = 2;
}
FIRST(RaceMap) {
    map_race[1] = 5;
}
SECOND(RaceMap) {
    USE(map_race.find(1)->second);
}
FIRST(NoRaceMapReads) {
    USE(map_read.find(1)->second);
}
SECOND(NoRaceMapReads) {
    USE(map_read.find(1)->second);
}
FIRST(NoRaceStringReads) {
    std::string copy = string_read;
    SHOW(copy);
}
SECOND(NoRaceStringReads) {
    USE(string_read == "short");
}
FIRST(RaceString) {
    string_race[1] = 'x';
}
SECOND(RaceString) {
    USE(string_race[1]);
}
FIRST(RaceFunction) {
    function_race = [] { return 2; };
}
SECOND(RaceFunction) {
    USE(function_race());
}

/* -- exceptions that travel -- */

struct failure : std::runtime_error {
    std::string where = "a string that is too long for the small buffer of a string";
    failure() : std::runtime_error("failure") {
    }
};
ROW(NoRaceExceptionInFuture) {
    auto future = std::async(std::launch::async, []() -> int { throw failure(); });
    try {
        USE(future.get());
    } catch (const failure &f) {
        USE(f.where.size());
    }
}

/* -- objects with virtual functions: the first word says what they are -- */

struct base {
    int x = 0;
    virtual ~base() {
    }
    virtual int value() {
        return x;
    }
};
struct derived : base {
    int value() override {
        return 2;
    }
};
base *virtual_race = new derived, *virtual_calls = new derived;
PART(RaceVirtualDelete_caller) {
    USE(virtual_race->value());
    mark(1);
}
ROW(RaceVirtualDelete) {
    task(RaceVirtualDelete_caller, nullptr);
    await(1);
    delete virtual_race;
}
FIRST(NoRaceVirtualCalls) {
    USE(virtual_calls->value());
}
SECOND(NoRaceVirtualCalls) {
    USE(virtual_calls->value());
}

/* -- what belongs to a thread, made at its first use -- */

struct counted {
    int n = 0;
    counted() {
        n = 1;
    }
    ~counted() {
        n = 2;
    }
};
thread_local counted mine;
ROW(NoRaceThreadLocalObjects) {
    for (int i = 0; i < 3; i++) {
        two<std::function<void()>>([] { mine.n++; }, [] { mine.n++; });
    }
}
