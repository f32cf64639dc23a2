/* Two threads race on heap blocks that may be one thing or another for who reads debug information: one is larger than
 * what its pointer says, one is bytes to who allocated it, one has the size of two structures; of two the line declares
 * a parameter, which points to something else. */
#include <pthread.h>
#include <stdlib.h>

#include "tests/reports/programs/turns.h"

struct base {
    long kind, length;
};
struct derived {
    struct base base;
    long first, second;
};
struct pair {
    long left, right;
};
struct twin {
    long one, other;
};
struct hidden {
    int n[6];
};
struct list {
    long *cells, n;
};
struct work {
    struct base *base;
    void *hidden;
    struct pair *pair;
    struct twin *twin;
    long *three;
    struct list *list;
    int who;
};

// clang-format off
static void make(long **out) { *out = calloc(3, sizeof **out); }
static void fill(struct list *list) { list->cells = calloc(2, sizeof *list->cells); }
// clang-format on

static void *touch(void *argument) {
    struct work *work = argument;
    struct derived *derived = (struct derived *)work->base;
    struct hidden *hidden = work->hidden;
    turn_begin(work->who);
    derived->first++;
    hidden->n[3]++;
    work->pair->left++;
    work->twin->one++;
    work->three[1]++;
    work->list->cells[1]++;
    turn_end(work->who);
    return argument;
}

int main(int argc, char **argv) {
    struct work works[2] = {{.who = 0}, {.who = 1}};
    pthread_t threads[2];
    struct base *base = calloc(1, sizeof(struct derived));
    char *hidden = calloc(1, sizeof(struct hidden));
    (void)argv;
    turns_of(argc);
    works[0].pair = calloc(1, sizeof *works[0].pair);
    works[0].twin = calloc(1, sizeof *works[0].twin);
    struct list list;
    long *three;
    make(&three);
    fill(&list);
    for (int i = 0; i < 2; i++) {
        works[i] = (struct work){base, hidden, works[0].pair, works[0].twin, three, &list, i};
        pthread_create(&threads[i], NULL, touch, &works[i]);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    return base->length == 0 ? 0 : 1;
}
