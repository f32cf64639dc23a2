/* test_detector_groups.c - tasks that do the same are told by one of them: in which order, and when are those that each
 * wait for something of their own alike? */
#include <criterion/criterion.h>

#include "detector/groups.h"
#include "fake_host.h"

#define GO     ((uintptr_t)0x400010)
#define OBJECT ((uintptr_t)0x10000040)

static struct group seen[2 * GROUPS_TOLD_APART];
static uint32_t n_seen;

static void see(const struct group *group) {
    cr_assert(n_seen < sizeof seen / sizeof *seen);
    memcpy(&seen[n_seen++], group, sizeof *group);
}

static void see_all(const struct groups *groups) {
    n_seen = 0;
    groups_each(groups, see);
}

/* One more task, which waits so. Returns its number. */
static uint32_t add(struct groups *groups, struct det_task *parent, uint64_t id, uint32_t site,
                    uintptr_t object) {
    struct det_task *t = det_task_create(parent, EV_TASK_GOROUTINE, id, GO);
    struct task_wait wait = {.kind = EV_WAIT_CHAN_SEND, .site = site, .objects = {object}};
    groups_add(groups, t->id, &wait, object);
    return t->id;
}

Test(groups, are_told_apart_by_the_object) {
    struct det_task *main_task = fake_start();
    struct groups groups = {0};
    for (uint32_t i = 0; i < GROUPS_TOLD_APART; i++) {
        add(&groups, main_task, 10 + i, 1, OBJECT + 8 * i);
    }
    uint32_t later = add(&groups, main_task, 9, 1, OBJECT);
    see_all(&groups);
    cr_assert_eq(n_seen, GROUPS_TOLD_APART);
    cr_assert_eq(seen[0].count, 2);
    cr_assert_neq(seen[0].sample, later, "the first of its group speaks for it");
    for (uint32_t i = 0; i < GROUPS_TOLD_APART; i++) {
        cr_expect_eq(seen[i].object, OBJECT + 8 * i);
    }
    groups_drop(&groups);
}

Test(groups, beyond_that_the_object_is_forgotten) {
    struct det_task *main_task = fake_start();
    struct groups groups = {0};
    uint32_t first = add(&groups, main_task, 9, 1, OBJECT);
    uint32_t elsewhere = add(&groups, main_task, 10, 2, OBJECT);
    for (uint32_t i = 1; i < 10 * GROUPS_TOLD_APART; i++) {
        add(&groups, main_task, 10 + i, 1, OBJECT + 8 * i);
    }
    see_all(&groups);
    cr_assert_eq(n_seen, 2);
    cr_assert_eq(seen[0].sample, first);
    cr_assert_eq(seen[0].count, 10 * GROUPS_TOLD_APART);
    cr_assert_eq(seen[0].wait.objects[0], OBJECT, "what the sample waits for");
    cr_assert_eq(seen[1].sample, elsewhere, "another place is another group");
    cr_assert_eq(seen[1].count, 1);
    groups_drop(&groups);
}

/* Each number of groups, so each shape of the lists that are merged. */
Test(groups, are_shown_in_the_order_of_their_first_tasks) {
    struct det_task *main_task = fake_start();
    for (uint32_t n = 0; n <= GROUPS_TOLD_APART; n++) {
        struct groups groups = {0};
        for (uint32_t i = 0; i < n; i++) {
            add(&groups, main_task, 10 + i, 1 + i * 7919 % 6007, OBJECT);
        }
        for (int again = 0; again < 2; again++) { /* it can be asked for twice */
            see_all(&groups);
            cr_assert_eq(n_seen, n);
            for (uint32_t i = 1; i < n; i++) {
                cr_assert(seen[i - 1].serial < seen[i].serial, "%u of %u", i, n);
            }
        }
        groups_drop(&groups);
    }
}
