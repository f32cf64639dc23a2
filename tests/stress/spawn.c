/* Tasks that begin and end in storms: by return, exit, panic; deep stacks, copied arguments of every
 * size, names, trees of tasks. Each runs once with its own argument.
 *
 * Rules: GR-01 GR-04 GR-09 GR-12 GR-29 PD-01 PD-08
 */
#include "stress.h"

#define TASKS 400
#define DEPTH 6

static atomic_long started, deferred, ended;

static void count(void *counter) {
    atomic_fetch_add((atomic_long *)counter, 1);
}

/* Uses about 100 bytes of stack a level, and checks that they are its own. */
static int dig(int depth, unsigned char mark) {
    volatile unsigned char hole[64];
    for (size_t i = 0; i < sizeof(hole); i++) {
        hole[i] = (unsigned char)(mark + i);
    }
    int below = depth > 0 ? dig(depth - 1, (unsigned char)(mark + 1)) : 0;
    for (size_t i = 0; i < sizeof(hole); i++) {
        CHECK(hole[i] == (unsigned char)(mark + i));
    }
    return below + 1;
}

static void panicking(void *depth) {
    RDL_DEFER(count, &deferred);
    CHECK(dig(*(int *)depth, 7) == *(int *)depth + 1);
    rdl_panic("depth %d", *(int *)depth);
}

struct order {
    uint32_t how, size;
    unsigned char bytes[3000];
};

static void obey(void *arg) {
    const struct order *o = arg;
    int depth = (int)o->how % 300;
    rdl_panic_info info;
    RDL_DEFER(count, &ended);
    atomic_fetch_add(&started, 1);
    for (uint32_t i = 0; i < o->size; i++) {
        CHECK(o->bytes[i] == (unsigned char)(o->how + i));
    }
    if (o->how % 3 == 0) {
        rdl_yield();
    }
    if (o->how % 4 == 1) {
        CHECK(!rdl_try(panicking, &depth, &info));
        CHECK(strncmp(info.message, "depth ", 6) == 0);
    }
    if (o->how % 5 == 1) {
        rdl_task_name("storm");
    }
    if (o->how % 7 == 2) {
        rdl_goexit();
    }
    CHECK(dig(depth, 3) == depth + 1);
}

static void storm(struct dice *d) {
    long tasks_before = atomic_load(&ended);
    for (int i = 0; i < TASKS; i++) {
        struct order o = {.how = roll(d, 1000000), .size = roll(d, sizeof(o.bytes) + 1)};
        size_t bytes = offsetof(struct order, bytes) + o.size;
        for (uint32_t b = 0; b < o.size; b++) {
            o.bytes[b] = (unsigned char)(o.how + b);
        }
        if (o.how % 11 == 0) {
            rdl_go_options options = {.stack_bytes = (size_t)roll(d, 20) * 32768 + 131072,
                                      .name = "large",
                                      .copy_bytes = bytes};
            rdl_go_with(&options, obey, &o);
        } else {
            rdl_go_copy(obey, &o, bytes);
        }
        jitter(d);
    }
    while (atomic_load(&ended) < tasks_before + TASKS) {
        rdl_yield();
    }
}

/* -- a tree: each task makes three, and waits for them -- */

static atomic_long leaves;

static void grow(void *depth) {
    uintptr_t left = (uintptr_t)depth;
    rdl_waitgroup wg = {0};
    if (left == 0) {
        atomic_fetch_add(&leaves, 1);
        return;
    }
    for (int i = 0; i < 3; i++) {
        rdl_waitgroup_go(&wg, grow, (void *)(left - 1));
    }
    rdl_waitgroup_wait(&wg);
}

int main(int argc, char **argv) {
    stress_begin(argc, argv);
    for (int i = 0; i < stress.length; i++) {
        struct dice d = dice_of((uint64_t)i);
        long expected = 1;
        storm(&d);
        atomic_store(&leaves, 0);
        grow((void *)(uintptr_t)DEPTH);
        for (int n = 0; n < DEPTH; n++) {
            expected *= 3;
        }
        CHECK(atomic_load(&leaves) == expected);
    }
    CHECK(atomic_load(&started) == (long)TASKS * stress.length);
    while (rdl_num_tasks() != 1) {
        rdl_yield(); /* who has counted itself may not be gone yet */
    }
    return 0;
}
