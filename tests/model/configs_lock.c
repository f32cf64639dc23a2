/* configs_lock.c - the runtime's own lock [lock.h]: exclusion, no lost wake-up, free after release. */
#include "configs.h"
#include "ops.h"

struct guarded {
    rdl__lock lock;
    int value;
};

static struct guarded *guarded;

static void setup(void) {
    guarded = new_object(sizeof(*guarded));
}

static void add(void) {
    rdl__lock_acquire(&guarded->lock, RANK_CHAN);
    guarded->value++;
    rdl__lock_release(&guarded->lock);
}

static void add_twice(void) {
    add();
    add();
}

static void try_add(void) {
    if (rdl__lock_try(&guarded->lock)) {
        guarded->value++;
        rdl__lock_release(&guarded->lock);
    }
}

/* Whoever acquires next may free the memory that the lock lies in. */
static void add_free(int last) {
    rdl__lock_acquire(&guarded->lock, RANK_CHAN);
    bool is_last = ++guarded->value == last;
    rdl__lock_release(&guarded->lock);
    if (is_last) {
        free_object(guarded);
    }
}

static void add_free_2(void) {
    add_free(2);
}

static void add_free_3(void) {
    add_free(3);
}

static void check_free(void) {
    require(guarded->lock.word == LOCK_FREE, "a lock that nobody holds is not free");
}

const struct config configs_lock[] = {
    {"lock.two", "", setup, {add_twice, add_twice}, check_free},
    {"lock.three", "", setup, {add, add, add}, check_free},
    {"lock.try", "", setup, {add, add, try_add}, check_free},
    {"lock.free", "by the last", setup, {add_free_2, add_free_2}, NULL},
    {"lock.free_three", "by the last", setup, {add_free_3, add_free_3, add_free_3}, NULL},
    {.name = NULL}};
