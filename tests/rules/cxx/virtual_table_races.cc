/* Rule    cxx.virtual_table  [HB-PT-01]
 * Expect  race heap
 * Why     its destructor turns it into its base while another calls it.
 * Twin    virtual_table_ordered.cc
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
    thread.detach();
    delete object;
    return 0;
}
