/* Which test does a task belong to, and what does a test leave behind? [D10] */
#include <criterion/criterion.h>

#include "fake_host.h"

/* What a task is told to belong to. */
static const char *test_of(const struct det_task *t) {
    static char name[TESTS_NAME_BYTES];
    return tests_name_of(t ? t->id : 0, name, sizeof name) ? name : "";
}

static void ends(struct det_task *t) {
    uint32_t test = det_test_end(t);
    cr_assert_neq(test, 0);
    det_test_judge(t, test);
}

static bool leaves_nobody(struct det_task *t) {
    uint32_t test = det_test_end(t);
    bool left = det_test_has_left(t, test);
    det_test_judge(t, test);
    return !left;
}

Test(tests, who_is_made_belongs_to_the_innermost) {
    struct det_task *main_task = fake_start();
    struct det_task *before = fake_go(main_task, 2);
    det_test_begin(main_task, "outer");
    struct det_task *a = fake_go(main_task, 3);
    det_test_begin(main_task, "inner");
    struct det_task *b = fake_go(main_task, 4), *c = fake_go(b, 5), *d = fake_go(a, 6);
    cr_assert_str_eq(test_of(a), "outer");
    cr_assert_str_eq(test_of(b), "inner");
    cr_assert_str_eq(test_of(c), "inner");
    cr_assert_str_eq(test_of(d), "outer", "of who made it, not of what goes on");
    cr_assert_str_eq(test_of(before), "inner", "the innermost of a chain");
    cr_assert_str_eq(test_of(NULL), "inner");
    ends(main_task);
    cr_assert_str_eq(test_of(main_task), "outer");
    cr_assert_str_eq(test_of(b), "inner", "it lives on");
    cr_assert_str_eq(test_of(fake_go(b, 7)), "outer", "the inner one is over");
    ends(main_task);
    cr_assert_str_eq(test_of(main_task), "");
    cr_assert_eq(det_test_end(main_task), 0);
}

Test(tests, at_the_same_time) {
    struct det_task *main_task = fake_start();
    struct det_task *one = fake_go(main_task, 2), *two = fake_go(main_task, 3);
    det_test_begin(one, "one");
    det_test_begin(two, "two");
    struct det_task *of_one = fake_go(one, 4), *of_two = fake_go(two, 5);
    cr_assert_str_eq(test_of(of_one), "one");
    cr_assert_str_eq(test_of(main_task), "", "it may be either's");
    det_task_end(of_two);
    cr_assert(leaves_nobody(two), "the other's is none of it");
    cr_assert_not(leaves_nobody(one));
    cr_assert_eq(det_findings_count(), 1);
    det_task_end(one);
    det_task_end(two);
    det_finish(main_task, 0);
    cr_assert_eq(det_findings_count(), 1, "told once");
}

Test(tests, what_is_made_while_others_wind_down) {
    struct det_task *main_task = fake_start();
    det_test_begin(main_task, "one");
    struct det_task *a = fake_go(main_task, 2);
    uint32_t test = det_test_end(main_task);
    struct det_task *b = fake_go(a, 3);
    det_task_end(a);
    cr_assert(det_test_has_left(main_task, test));
    det_task_end(b);
    cr_assert_not(det_test_has_left(main_task, test));
    det_test_judge(main_task, test);
    cr_assert_eq(det_findings_count(), 0);
}

Test(tests, daemons_and_who_ends_it_are_left_out) {
    struct det_task *main_task = fake_start();
    det_test_begin(main_task, "one");
    struct det_task *daemon = fake_go(main_task, 2), *ender = fake_go(main_task, 3);
    det_task_note(daemon, EV_NOTE_DAEMON, NULL);
    fake_go(daemon, 4);
    cr_assert(leaves_nobody(ender), "one that was made in it may end it");
    cr_assert_str_eq(test_of(main_task), "");
    det_test_begin(main_task, "two");
    cr_assert_str_eq(test_of(main_task), "two", "its beginner is not inside it any more");
    cr_assert(leaves_nobody(fake_go(daemon, 5)), "a stray ends what is under way");
}

Test(tests, a_beginner_that_ends_ends_them_all) {
    struct det_task *main_task = fake_start();
    struct det_task *one = fake_go(main_task, 2);
    det_test_begin(one, "outer");
    det_test_begin(one, "inner");
    det_task_end(one);
    cr_assert_eq(det_test_end(main_task), 0);
    cr_assert_eq(det.tests.n_open, 0);
}

Test(tests, numbers_are_given_out_again) {
    struct det_task *main_task = fake_start();
    for (int i = 0; i < 1000; i++) {
        det_test_begin(main_task, "outer");
        det_test_begin(main_task, "inner");
        det_task_end(fake_go(main_task, 2));
        ends(main_task);
        ends(main_task);
    }
    cr_assert_leq(det.tests.table.next, 2);
}

Test(tests, names_are_cut) {
    static char name[1000];
    struct det_task *main_task = fake_start();
    memset(name, 'x', sizeof name - 1);
    det_test_begin(main_task, name);
    cr_assert_eq(strlen(test_of(main_task)), TESTS_NAME_BYTES - 1);
}
