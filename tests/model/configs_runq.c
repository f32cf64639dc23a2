/* configs_runq.c - a worker's ring and its `next`, the owner against thieves: each task that was put
 * is taken once, or still there.
 */
#include "configs.h"
#include "ops.h"
#include "runtime/runq.h"

#define ITEMS 300

static struct worker workers[3];
static struct task items[ITEMS];
static int taken[ITEMS];
static unsigned n_items;

static void setup(unsigned n) {
    for (unsigned i = 0; i < 3; i++) {
        workers[i] = (struct worker){.index = i};
    }
    rdl__rt.sched.maxprocs = 2;
    n_items = 0;
    for (unsigned i = 0; i < ITEMS; i++) {
        taken[i] = 0;
        items[i].id = i + 1;
    }
    while (n_items < n) {
        rdl__runq_put(&workers[0], &items[n_items++], false);
    }
}

static void setup_0(void) {
    setup(0);
}

static void setup_1(void) {
    setup(1);
}

static void setup_2(void) {
    setup(2);
}

static void setup_full(void) {
    setup(RING_SLOTS);
}

static void setup_global(void) {
    setup(0);
    for (unsigned i = 0; i < 3; i++) {
        rdl__runq_put_global(&items[n_items++]);
    }
}

static void note_taken(struct task *t) {
    if (t != NULL) {
        require(t->id == (uint64_t)(t - items) + 1, "not what was put");
        taken[t - items]++;
    }
}

/* -- what the processes do; only the owner puts -- */

static void get(void) {
    note_taken(rdl__runq_get(&workers[0]));
}

/* What the maker wrote into a task, its taker must see. */
static struct task *new_item(void) {
    struct task *t = &items[n_items++];
    t->id = n_items;
    return t;
}

static void put(void) {
    rdl__runq_put(&workers[0], new_item(), false);
}

static void put_next(void) {
    rdl__runq_put(&workers[0], new_item(), true);
}

static void put_get_get(void) {
    put();
    get();
    get();
}

static void next_get(void) {
    put_next();
    get();
}

static void next_next_get(void) {
    put_next();
    put_next();
    get();
}

static void put_put(void) {
    put();
    put();
}

static void steal_1(void) {
    note_taken(rdl__runq_steal(&workers[1], &workers[0], false));
}

static void steal_2(void) {
    note_taken(rdl__runq_steal(&workers[2], &workers[0], false));
}

static void steal_next_1(void) {
    note_taken(rdl__runq_steal(&workers[1], &workers[0], true));
}

static void steal_next_2(void) {
    note_taken(rdl__runq_steal(&workers[2], &workers[0], true));
}

static void global_0(void) {
    note_taken(rdl__runq_get_global(&workers[0], RING_SLOTS));
}

static void global_1(void) {
    note_taken(rdl__runq_get_global(&workers[1], RING_SLOTS));
}

/* The monitor takes all that others may take. */
static void drain_locked(void) {
    rdl__lock_acquire(&rdl__rt.sched.lock, RANK_SCHED);
    rdl__runq_drain_locked(&workers[0]);
    rdl__lock_release(&rdl__rt.sched.lock);
}

/* Of an owner that does nothing meanwhile: what is there is seen. */
static void has_one(void) {
    require(rdl__runq_has(&workers[0]), "a task in the ring was not seen");
}

/* -- */

static void check(void) {
    for (unsigned i = 0; i < 3; i++) {
        for (struct task *t = rdl__runq_get(&workers[i]); t != NULL;
             t = rdl__runq_get(&workers[i])) {
            note_taken(t);
        }
    }
    for (struct task *t = rdl__rt.sched.global_head; t != NULL; t = t->next) {
        note_taken(t);
    }
    for (unsigned i = 0; i < n_items; i++) {
        require(taken[i] == 1, "a task was lost, or taken twice");
    }
}

const struct config configs_runq[] = {
    {"runq.get_steal", "one task", setup_1, {get, steal_1}, check},
    {"runq.get_steal_two", "", setup_2, {get, steal_1, steal_2}, check},
    {"runq.put_steal", "", setup_0, {put_get_get, steal_1, steal_2}, check},
    {"runq.put_steal_one", "", setup_1, {put_get_get, steal_1, steal_2}, check},
    {"runq.next", "", setup_0, {next_get, steal_next_1, steal_next_2}, check},
    {"runq.next_twice", "", setup_0, {next_next_get, steal_next_1, steal_next_2}, check},
    {"runq.has", "", setup_1, {put, has_one}, check},
    {"runq.overflow", "a full ring", setup_full, {put, steal_1}, check},
    {"runq.overflow_two", "a full ring", setup_full, {put_put, steal_1}, check},
    {"runq.global", "", setup_global, {global_0, global_1, steal_2}, check},
    {"runq.drain", "", setup_2, {put_get_get, drain_locked}, check},
    {.name = NULL}};
