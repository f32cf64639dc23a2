// Lambdas that lock through guards: an order of locks, and none of it of C.
#include <mutex>
#include <thread>

#include "tests/reports/programs/turns.h"

struct Store {
    std::mutex items, prices;

    void buy() {
        std::lock_guard<std::mutex> first(items);
        std::lock_guard<std::mutex> second(prices);
    }
};

static Store store;

int main(int argc, char **) {
    turns_of(argc);
    std::thread a([] {
        turn_begin(0);
        store.buy();
        turn_end(0);
    });
    std::thread b([] {
        turn_begin(1);
        std::unique_lock<std::mutex> prices(store.prices);
        [] { std::lock_guard<std::mutex> items(store.items); }();
        turn_end(1);
    });
    a.join();
    b.join();
    return 0;
}
