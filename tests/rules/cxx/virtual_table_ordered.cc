/* Rule    cxx.virtual_table  [HB-PT-01]
 * Expect  none
 * Why     an object is destroyed when those that call it were joined.
 * Twin    virtual_table_races.cc
 */
#include "../invisible.h"

#include <thread>

struct Base {
    virtual ~Base() {
        await(1);
    }
    virtual int number() {
        return 1;
    }
};
struct Derived : Base {
    int number() override {
        return 2;
    }
};

static int sum;

static void call(Base *object) {
    await(0);
    sum += object->number();
    mark(1);
}

int main() {
    Base *object = new Derived;
    std::thread thread(call, object);
    mark(0);
    thread.join();
    delete object;
    return 0;
}
