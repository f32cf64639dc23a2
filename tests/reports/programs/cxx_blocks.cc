// Two threads race on members of objects of C++: made by new, alone and as an array, held by a unique_ptr, of a template;
// and of what the library makes, of which the program knows no block.
#include <pthread.h>

#include <memory>
#include <vector>

#include "tests/reports/programs/turns.h"

namespace stock {
struct Named {
    long name = 0;
};
struct Shelf : Named {
    int items = 0, broken = 0;
};
template <class T> struct Box {
    T value = T();
    short uses = 0;
};
} // namespace stock

struct Work {
    stock::Shelf *shelf, *shelves, *owned;
    stock::Box<double> *box;
    std::vector<stock::Named> *listed;
    std::shared_ptr<stock::Named> shared;
    int who;
};

static void *touch(void *argument) {
    Work *work = static_cast<Work *>(argument);
    turn_begin(work->who);
    work->shelf->items++;
    work->shelf->name++;
    work->shelves[1].broken++;
    work->owned->items++;
    work->box->uses++;
    (*work->listed)[1].name++;
    work->shared->name++;
    turn_end(work->who);
    return argument;
}

int main(int argc, char **argv) {
    pthread_t threads[2];
    auto *shelf = new stock::Shelf;
    auto *shelves = new stock::Shelf[3];
    std::unique_ptr<stock::Shelf> owned(new stock::Shelf);
    auto *box = new stock::Box<double>();
    std::vector<stock::Named> listed(3);
    auto shared = std::make_shared<stock::Named>();
    (void)argv;
    turns_of(argc);
    Work works[] = {{shelf, shelves, owned.get(), box, &listed, shared, 0},
                    {shelf, shelves, owned.get(), box, &listed, shared, 1}};
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], nullptr, touch, &works[i]);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], nullptr);
    }
    delete box;
    delete[] shelves;
    delete shelf;
    return 0;
}
