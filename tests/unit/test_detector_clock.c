/* test_detector_clock.c - clocks against plain arrays, in the core's own epochs.
 *
 * The trace oracle compares verdicts of up to 48 tasks; here the whole contents of every clock are
 * compared, at sizes where the radix tree has one, two and three levels.
 */
#include <criterion/criterion.h>

#include "fake_host.h"

#define OBJECTS 12

struct model {
    unsigned n;
    struct det_task **task; /* [1..n], by number */
    uint32_t *known;        /* [n + 1][n + 1]; the own epoch of a task is not kept here */
    uint32_t *object;       /* [OBJECTS][n + 1] */
};

static uint64_t seed = 7;

static unsigned pick(unsigned below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % below;
}

static void join(uint32_t *to, const uint32_t *from, unsigned n) {
    for (unsigned i = 0; i <= n; i++) {
        to[i] = to[i] > from[i] ? to[i] : from[i];
    }
}

/* What task t publishes now, as an array. */
static void published(const struct model *m, unsigned t, uint32_t *to) {
    memcpy(to, m->known + t * (m->n + 1), (m->n + 1) * sizeof *to);
    to[t] = task_publication(m->task[t]).at;
}

static void check(const struct model *m, unsigned t) {
    const struct clock *c = &m->task[t]->clock;
    cr_assert_null(clock_check(c));
    for (unsigned u = 1; u <= m->n; u++) {
        if (u != t) {
            cr_assert_eq(clock_get(c, u), m->known[t * (m->n + 1) + u],
                         "task %u knows %u of %u, not %u", t, clock_get(c, u), u,
                         m->known[t * (m->n + 1) + u]);
        }
    }
}

static void create_all(struct model *m, unsigned n) {
    m->n = n;
    m->task = calloc(n + 1, sizeof *m->task);
    m->known = calloc((size_t)(n + 1) * (n + 1), sizeof *m->known);
    m->object = calloc((size_t)OBJECTS * (n + 1), sizeof *m->object);
    m->task[1] = fake_start();
    for (unsigned i = 2; i <= n; i++) {
        unsigned parent = 1 + pick(i - 1);
        published(m, parent, m->known + i * (n + 1));
        m->task[i] = fake_go(m->task[parent], i);
        cr_assert_eq(m->task[i]->id, i);
        check(m, i);
    }
}

static void step(struct model *m) {
    unsigned t = 1 + pick(m->n), x = pick(OBJECTS);
    uint32_t *known = m->known + t * (m->n + 1), *object = m->object + x * (m->n + 1);
    uint32_t now[1201], old[1201];
    published(m, t, now);
    memcpy(old, object, (m->n + 1) * sizeof *old);
    switch (pick(5)) {
    case 0:
        det_access(m->task[t], 0x7f0000000000u + t * 64, 4, EV_WRITE, 0x1000);
        return;
    case 1:
        join(known, object, m->n);
        det_acquire(m->task[t], 0x100 + x);
        break;
    case 2:
        memcpy(object, now, (m->n + 1) * sizeof *now);
        det_release(m->task[t], 0x100 + x);
        break;
    case 3:
        join(object, now, m->n);
        det_release_merge(m->task[t], 0x100 + x);
        break;
    default:
        memcpy(object, now, (m->n + 1) * sizeof *now);
        join(known, old, m->n);
        det_release_acquire(m->task[t], 0x100 + x);
        break;
    }
    check(m, t);
}

static void compare(unsigned n, unsigned steps) {
    struct model m;
    create_all(&m, n);
    for (unsigned i = 0; i < steps; i++) {
        step(&m);
    }
    for (unsigned t = 1; t <= n; t++) {
        check(&m, t);
    }
}

Test(clock, few_tasks) {
    compare(5, 60000);
}

Test(clock, one_leaf_and_more) {
    compare(33, 40000);
}

Test(clock, two_levels) {
    compare(300, 20000);
}

Test(clock, three_levels) {
    compare(1100, 6000);
}

/* A release with nothing recorded or learned since the last one publishes the same epoch. */
Test(clock, idle_release_keeps_the_epoch) {
    struct det_task *t = fake_go(fake_start(), 2);
    det_release(t, 1);
    uint32_t at = t->clock.at;
    det_release(t, 1);
    det_release(t, 2);
    cr_assert_eq(t->clock.at, at);
    det_access(t, 0x7f0000000000u, 4, EV_WRITE, 0x10);
    det_release(t, 2);
    cr_assert_eq(t->clock.at, at + 1);
}

Test(clock, dropping_everything_frees_every_node) {
    struct det_task *main_task = fake_start();
    struct det_task *t[200];
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 200; i++) {
            t[i] = fake_go(main_task, i);
            det_access(t[i], 0x7f0000000000u, 1, EV_READ, 0x10);
            det_release_merge(t[i], 5 + i % 7);
            det_acquire(t[i], 5 + (i + 3) % 7);
        }
        for (unsigned i = 0; i < 200; i++) {
            det_task_end(t[i]);
        }
        sync_drop_range(0, 100);
    }
    clock_drop(&main_task->clock);
    uint32_t nodes = 0, free_nodes = 0;
    for (unsigned i = 0; i < CLOCK_SLABS; i++) {
        const struct table_shape shape = {sizeof(struct clock_node), 12, (uint64_t)1 << 27};
        for (uint32_t n = det.clocks.slabs[i].free; n; free_nodes++) {
            n = ((struct clock_node *)table_at(&det.clocks.nodes, shape, n))->next;
        }
    }
    nodes = (uint32_t)det.clocks.nodes.next;
    cr_assert_eq(free_nodes, nodes, "%u of %u nodes are free", free_nodes, nodes);
}
