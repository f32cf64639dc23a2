// A class template in an anonymous namespace, a vector's element, a static member, lambdas.
#include <thread>
#include <vector>

#include "tests/reports/programs/turns.h"

namespace {

template <typename T> class Counter {
  public:
    Counter() : value_{} {
    }
    void add(T n) {
        value_ += n;
    }
    T get() const {
        return value_;
    }

  private:
    T value_;
};

struct Registry {
    static int entries, left;
    std::vector<int> numbers = std::vector<int>(8);

    void enter(std::size_t at, int number) {
        numbers[at] = number;
        ++entries;
    }
};

int Registry::entries, Registry::left;
Counter<long> counter;

} // namespace

int main(int argc, char **) {
    turns_of(argc);
    Registry registry;
    auto write = [&registry](int number) {
        counter.add(number);
        registry.enter(3, number);
    };
    std::thread a([&write] {
        turn_begin(0);
        write(1);
        [] { --Registry::left; }();
        turn_end(0);
    });
    std::thread b([&registry] {
        turn_begin(1);
        registry.enter(3, counter.get() > 0 ? 1 : 2);
        [] { ++Registry::left; }();
        turn_end(1);
    });
    a.join();
    b.join();
    return Registry::entries == 2 && Registry::left == 0 ? 0 : 1;
}
