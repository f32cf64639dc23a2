// A race in functions whose names have no parameters, some, and a qualifier behind them.
#include <thread>

static int n;
static thread_local volatile int limit;

extern "C" __attribute__((noinline)) void plain() {
    n++;
}

__attribute__((noinline)) void counted(int by) {
    plain();
    limit = by; /* no tail call */
}

struct Table {
    __attribute__((noinline)) void put(int by) const {
        counted(by);
        limit = by;
    }
};

int main() {
    std::thread a([] { Table().put(1); }), b([] { Table().put(2); });
    a.join();
    b.join();
    return 0;
}
