/* test_detector_clock_laws.c - joins commute, copies are independent, 100,000 tasks fit.
 *
 * What single events do to clocks stands in test_detector_clock.c. */
#include <criterion/criterion.h>

#include "fake_host.h"

#define TASKS   300u /* two levels of the tree */
#define OBJECTS 24u
#define STEPS   20000u
#define HUGE    100000u

static uint64_t dice = 0x9e3779b97f4a7c15u;

static uint32_t roll(uint32_t sides) {
    dice = dice * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(dice >> 33) % sides;
}

/* A clock and the array that it must equal. */
struct modelled {
    struct clock c;
    bool learned; /* of a task: since it published last */
    uint32_t model[TASKS + 1];
};

static struct modelled tasks[TASKS + 1], objects[OBJECTS];

/* An object's clock is what a task learns from it. */
static void check_object(const struct modelled *m) {
    struct clock reader = {.own = TASKS + 1, .at = 1};
    const char *wrong = clock_check(&m->c);
    cr_assert_null(wrong, "%s", wrong);
    clock_learn(&reader, true, &m->c);
    for (uint32_t i = 1; i <= TASKS; i++) {
        cr_assert_eq(clock_get(&reader, i), m->model[i], "epoch of task %u", i);
    }
    clock_drop(&reader);
}

static void check(const struct modelled *m) {
    const char *wrong = clock_check(&m->c);
    cr_assert_null(wrong, "%s", wrong);
    for (uint32_t i = 1; i <= TASKS; i++) {
        cr_assert_eq(clock_get(&m->c, i), m->model[i], "epoch of task %u", i);
    }
}

static void model_join(uint32_t *to, const uint32_t *from) {
    for (uint32_t i = 0; i <= TASKS; i++) {
        to[i] = to[i] > from[i] ? to[i] : from[i];
    }
}

static void start_tasks(void) {
    fake_start();
    for (uint32_t i = 1; i <= TASKS; i++) {
        tasks[i].c = (struct clock){.own = i, .at = 1};
        tasks[i].model[i] = 1;
        tasks[i].learned = true; /* its first publication differs from none */
    }
}

/* What task t publishes; raise_epoch comes after it, as in task.c. */
static struct clock publication(const struct modelled *t) {
    struct clock c = t->c;
    c.since = t->learned ? c.at : c.since;
    c.pure = true;
    return c;
}

static void raise_epoch(struct modelled *t) {
    t->c.since = t->learned ? t->c.at : t->c.since;
    t->learned = false;
    t->model[t->c.own] = ++t->c.at;
}

static void publish(struct modelled *t, struct modelled *object, bool replace) {
    struct clock c = publication(t);
    if (replace) {
        clock_drop(&object->c);
        memset(object->model, 0, sizeof object->model);
    }
    clock_merge(&object->c, &c);
    model_join(object->model, t->model);
    raise_epoch(t);
}

static void learn(struct modelled *t, const struct modelled *object) {
    t->learned |= clock_learn(&t->c, t->learned, &object->c);
    model_join(t->model, object->model);
    if (roll(2)) { /* a join is idempotent; that it says "learned" again costs an epoch at most */
        t->learned |= clock_learn(&t->c, t->learned, &object->c);
    }
}

static void step(void) {
    struct modelled *t = &tasks[1 + roll(TASKS)];
    struct modelled *object = &objects[roll(OBJECTS)];
    switch (roll(4)) {
    case 0:
        publish(t, object, true);
        break;
    case 1:
        publish(t, object, false);
        break;
    default:
        learn(t, object);
    }
    check(t);
    check_object(object);
}

Test(clock, the_empty_clock_knows_nobody) {
    struct clock none = {0};
    struct clock copy;
    fake_start();
    clock_copy(&copy, &none);
    cr_assert(clock_is_empty(&copy));
    cr_assert_null(clock_check(&copy));
    static const uint32_t numbers[] = {1, 31, 32, 1023, 1024, HUGE, UINT32_MAX};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        cr_assert_eq(clock_get(&copy, numbers[i]), 0);
    }
    struct clock own = {.own = 7, .at = 3};
    cr_assert_not(clock_learn(&own, false, &none));
    cr_assert_eq(clock_get(&own, 7), 3);
    clock_drop(&copy);
}

Test(clock, joins_commute_and_repeat) {
    start_tasks();
    for (uint32_t round = 0; round < 500; round++) {
        for (uint32_t i = 0; i < 20; i++) {
            step();
        }
        struct modelled *p = &tasks[1 + roll(TASKS)];
        struct modelled *q = &tasks[1 + roll(TASKS)];
        struct clock of_p = publication(p);
        struct clock of_q = publication(q);
        struct modelled one = {0};
        struct modelled other = {0};
        clock_merge(&one.c, &of_p);
        clock_merge(&one.c, &of_q);
        clock_merge(&one.c, &of_p);
        clock_merge(&other.c, &of_q);
        clock_merge(&other.c, &of_p);
        model_join(one.model, p->model);
        model_join(one.model, q->model);
        memcpy(other.model, one.model, sizeof one.model);
        check_object(&one);
        check_object(&other);
        clock_drop(&one.c);
        clock_drop(&other.c);
        raise_epoch(p);
        if (q != p) {
            raise_epoch(q);
        }
    }
}

Test(clock, changing_a_copy_leaves_the_original) {
    start_tasks();
    for (uint32_t i = 0; i < STEPS / 4; i++) {
        step();
    }
    for (uint32_t i = 0; i < OBJECTS; i++) {
        struct modelled copy = objects[i];
        clock_copy(&copy.c, &objects[i].c);
        for (uint32_t j = 0; j < 50; j++) {
            publish(&tasks[1 + roll(TASKS)], &copy, false);
            check_object(&copy);
            check_object(&objects[i]);
        }
        clock_drop(&objects[i].c);
        check_object(&copy); /* what the two shared outlives the original */
        objects[i] = copy;
    }
}

/* -- many tasks -- */

static void check_huge(const struct clock *c, uint32_t task, uint32_t at, uint32_t odd_one) {
    const char *wrong = clock_check(c);
    cr_assert_null(wrong, "%s", wrong);
    for (uint32_t i = 1; i <= HUGE; i += 1 + roll(7)) {
        cr_assert_eq(clock_get(c, i), i == task ? at : i == odd_one ? 2u : 1u, "task %u", i);
    }
    cr_assert_eq(clock_get(c, task), at);
}

Test(clock, a_hundred_thousand_tasks) {
    struct clock all = {0};
    fake_start();
    for (uint32_t i = 1; i <= HUGE; i++) {
        struct clock c = {.own = i, .at = 1, .pure = true};
        clock_merge(&all, &c);
        cr_assert_eq(clock_get(&all, i), 1);
        cr_assert_eq(clock_get(&all, i + 1), 0);
    }
    check_huge(&all, 1, 1, 0);
    uint64_t nodes = det.clocks.nodes.next;
    for (uint32_t i = 0; i < 100; i++) { /* a copy shares all but one path */
        uint32_t odd_one = 1 + roll(HUGE);
        struct clock copy;
        struct clock c = {.own = odd_one, .at = 2, .since = 2, .pure = true};
        clock_copy(&copy, &all);
        clock_merge(&copy, &c);
        check_huge(&copy, odd_one, 2, odd_one);
        check_huge(&all, odd_one, 1, 0);
        clock_drop(&copy);
    }
    cr_assert_leq(det.clocks.nodes.next - nodes, 4 * CLOCK_SLABS, "copied nodes are used again");

    struct clock reader = {.own = HUGE + 1, .at = 1};
    cr_assert(clock_learn(&reader, false, &all));
    check_huge(&reader, 1, 1, 0);
    clock_drop(&all);
    check_huge(&reader, 1, 1, 0);
}
