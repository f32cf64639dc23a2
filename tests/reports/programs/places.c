/* Races on memory of every kind; argv[1] says which. What main does first the detector is not told. */
#include "raddle.h"

#include <stdlib.h>
#include <string.h>

#include "tests/rules/invisible.h"

struct cell {
    int flag;
    long counts[4];
};

struct work {
    struct cell *cell;
    int *number;
    rdl_waitgroup over;
};

static struct cell global;
static rdl_mutex guard;
static rdl_rwmutex table;

static void with_lock(void *arg) {
    struct work *work = arg;
    rdl_mutex_lock(&guard);
    work->cell->counts[2]++;
    rdl_mutex_unlock(&guard);
    mark(0);
    rdl_waitgroup_done(&work->over);
}

static void without_lock(void *arg) {
    struct work *work = arg;
    await(0);
    work->cell->counts[2]++;
    rdl_waitgroup_done(&work->over);
}

static void reading_lock(void *arg) {
    struct work *work = arg;
    rdl_rwmutex_rlock(&table);
    mark(1);
    await_times(1, 2);
    work->cell->flag++;
    rdl_rwmutex_runlock(&table);
    rdl_waitgroup_done(&work->over);
}

static void on_number(void *arg) {
    struct work *work = arg;
    *work->number += 1;
    mark(0);
    rdl_waitgroup_done(&work->over);
}

static void on_number_too(void *arg) {
    struct work *work = arg;
    await(0);
    *work->number += 1;
    rdl_waitgroup_done(&work->over);
}

static void on_flag(void *arg) {
    struct work *work = arg;
    work->cell->flag = 1;
    mark(0);
    rdl_waitgroup_done(&work->over);
}

static void atomically(void *arg) {
    struct work *work = arg;
    __atomic_fetch_add(work->number, 1, __ATOMIC_RELAXED);
    mark(0);
    rdl_waitgroup_done(&work->over);
}

static void releasing(void *arg) {
    struct work *work = arg;
    await(0);
    free(work->cell);
    rdl_waitgroup_done(&work->over);
}

static void two(struct work *work, void (*first)(void *), void (*second)(void *)) {
    rdl_waitgroup_add(&work->over, 2);
    rdl_go(first, work);
    rdl_go(second, work);
    rdl_waitgroup_wait(&work->over);
}

int main(int argc, char **argv) {
    int numbers[3] = {0};
    struct work work = {.cell = &global, .number = &numbers[1]};
    const char *which = argc > 1 ? argv[1] : "";
    if (strcmp(which, "one-lock") == 0) {
        two(&work, with_lock, without_lock);
    } else if (strcmp(which, "readers") == 0) {
        two(&work, reading_lock, reading_lock);
    } else if (strcmp(which, "free") == 0) {
        work.cell = calloc(1, sizeof *work.cell);
        two(&work, with_lock, releasing);
    } else if (strcmp(which, "atomic") == 0) {
        two(&work, atomically, on_number_too);
    } else if (strcmp(which, "number") == 0) {
        two(&work, on_number, on_number_too);
    } else {
        rdl_waitgroup_add(&work.over, 1);
        rdl_go(on_flag, &work);
        await(0);
        global.flag++;
        rdl_waitgroup_wait(&work.over);
    }
    return numbers[0];
}
