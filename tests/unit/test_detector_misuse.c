/* test_detector_misuse.c - what is wrong with an operation follows from what the object says of itself, and from
 * nothing else. */
#include <criterion/criterion.h>

#include "fake_host.h"

#define LOCK ((uintptr_t)0x7f3000000000)
#define COND (LOCK + 64)

enum { ME = 7, OTHER = 8, NOTHING = -1 };

static struct det_task *task;

/* What was reported last of n findings; NOTHING: there are not so many. */
static int told(unsigned n) {
    const struct record_head *record = find_record(RECORD_MISUSE, n);
    const struct raw_misuse *raw = record ? find_item(record, ITEM_MISUSE, 0, NULL) : NULL;
    return raw ? (int)raw->what : NOTHING;
}

static struct det_use use_of(enum findings_deed deed) {
    return (struct det_use){
        .deed = deed, .kind = EV_OBJECT_MUTEX, .object = LOCK, .pc = 0x100, .thread = ME};
}

static int judged(struct det_use use) {
    task = fake_start();
    det_use(task, &use);
    int what = told(0);
    fake_end();
    return what;
}

Test(misuse, who_holds_it_decides) {
    const struct {
        const char *case_;
        enum findings_deed deed;
        uint32_t holder;
        bool locked, lives, destroyed;
        int what;
    } cases[] = {
        {"unlock of one's own", DEED_UNLOCK, ME, true, true, false, NOTHING},
        {"unlock of another's", DEED_UNLOCK, OTHER, true, true, false, MISUSE_UNLOCK_BY_ANOTHER},
        {"holder of another process", DEED_UNLOCK, OTHER, true, false, false, NOTHING},
        {"unlock of nobody's", DEED_UNLOCK, 0, false, false, false, MISUSE_UNLOCK_UNLOCKED},
        {"wait with one's own", DEED_WAIT, ME, true, true, false, NOTHING},
        {"wait with another's", DEED_WAIT, OTHER, true, true, false, MISUSE_WAIT_UNLOCKED},
        {"wait with nobody's", DEED_WAIT, 0, false, false, false, MISUSE_WAIT_UNLOCKED},
        {"destroy of another's", DEED_DESTROY, OTHER, true, true, false, MISUSE_DESTROY_LOCKED},
        {"destroy of one's own", DEED_DESTROY, ME, true, true, false, MISUSE_DESTROY_LOCKED},
        {"destroy of a free one", DEED_DESTROY, 0, false, false, false, NOTHING},
        {"destroy of a stranger's", DEED_DESTROY, OTHER, true, false, false, NOTHING},
        {"init of what looks locked", DEED_INIT, OTHER, true, true, false, NOTHING},
        {"init of a destroyed one", DEED_INIT, 0, false, false, true, NOTHING},
        {"lock of a destroyed one", DEED_LOCK, 0, false, false, true, MISUSE_USE_AFTER_DESTROY},
        {"free of one's own", DEED_FREE, ME, true, true, false, MISUSE_FREE_LOCKED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct det_use use = use_of(cases[i].deed);
        use.holder = cases[i].holder;
        use.locked = cases[i].locked;
        use.holder_lives = cases[i].lives;
        use.destroyed = cases[i].destroyed;
        cr_expect_eq(judged(use), cases[i].what, "%s: %d", cases[i].case_, judged(use));
    }
}

Test(misuse, who_waits_decides) {
    const int expected[][2] = {{DEED_WAIT, MISUSE_WAIT_WITH_TWO},
                               {DEED_FREE, MISUSE_FREE_AWAITED},
                               {DEED_DESTROY, MISUSE_DESTROY_AWAITED}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        struct det_use use = use_of((enum findings_deed)expected[i][0]);
        use.kind = EV_OBJECT_COND;
        use.waiter = OTHER;
        cr_expect_eq(judged(use), expected[i][1]);
    }
}

Test(misuse, names_of_threads) {
    struct det_use use = use_of(DEED_JOIN);
    use.kind = EV_OBJECT_THREAD;
    cr_expect_eq(judged(use), MISUSE_JOIN_DETACHED);
    use.joined = true;
    cr_expect_eq(judged(use), MISUSE_JOIN_JOINED);
}

/* Who holds a lock that does not name him must have been told to. */
Test(misuse, an_unnamed_holder_must_be_known) {
    task = fake_start();
    struct det_use use = use_of(DEED_DESTROY);
    use.locked = use.unnamed = true;
    det_use(task, &use);
    cr_expect_eq(told(0), NOTHING);
    det_lock_acquired(task, LOCK, EV_LOCK_WRITE | EV_LOCK_IS_SPIN, 0x200);
    det_use(task, &use);
    cr_expect_eq(told(0), MISUSE_DESTROY_LOCKED);
}

Test(misuse, once_for_each_place) {
    task = fake_start();
    struct det_use use = use_of(DEED_UNLOCK);
    det_use(task, &use);
    det_use(task, &use);
    cr_expect_eq(count_records(RECORD_MISUSE), 1);
    use.pc = 0x300;
    det_use(task, &use);
    cr_expect_eq(count_records(RECORD_MISUSE), 2);
}

Test(misuse, destroyed_until_made_or_its_memory_is_anothers) {
    fake_start();
    cr_expect_not(det_was_destroyed(LOCK));
    det_destroyed(LOCK);
    cr_expect(det_was_destroyed(LOCK));
    cr_expect_not(det_was_destroyed(LOCK + 4), "another object of the same line");
    det_made(LOCK + 4);
    cr_expect(det_was_destroyed(LOCK));
    det_made(LOCK);
    cr_expect_not(det_was_destroyed(LOCK));

    const struct {
        uintptr_t lo;
        size_t size;
        bool goes;
    } ranges[] = {
        {LOCK, 1, true},
        {LOCK - 64, 64, false},
        {LOCK - 64, 65, true},
        {LOCK + 1, 4096, false},
        {LOCK - 100000, 100000, false},
        {LOCK - 100000, 100001, true},
        {LOCK + 1, (size_t)1 << 30, false},
        {LOCK - 4096, (size_t)1 << 30, true},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        det_destroyed(LOCK);
        det_memory_forget(ranges[i].lo, ranges[i].size);
        cr_expect_eq(det_was_destroyed(LOCK), !ranges[i].goes, "range %zu", i);
    }
}

Test(misuse, who_waits_in_memory) {
    struct det_task *m = fake_start(), *t = det_task_create(m, EV_TASK_THREAD, 2, 0x400000);
    uintptr_t object = 0, cond = COND;
    uint32_t kind = 0;
    struct ev_wait wait = {.kind = EV_WAIT_PTHREAD_COND, .n_objects = 1, .objects = &cond};
    struct det_endless endless = {.thread = OTHER};
    det_task_begin(t, 0, 0);
    cr_expect_not(det_may_be_used(m));
    det_thread_waits(t, &wait, &endless, 0x500);
    cr_expect(det_may_be_used(m));
    cr_expect(det_may_wait_within(COND - 8, 16));
    cr_expect_eq(det_waits_within(m, COND - 8, 16, &object, &kind), OTHER);
    cr_expect_eq(object, COND);
    cr_expect_eq(kind, EV_WAIT_PTHREAD_COND);
    cr_expect_eq(det_waits_within(m, COND - 8, 8, &object, &kind), 0);
    cr_expect_eq(det_waits_within(t, COND, 8, &object, &kind), 0, "not oneself");
    cr_expect_not(det_may_wait_within(COND + BASE_PAGE, 64));
    det_wait_end(t);
    cr_expect_not(det_may_be_used(m));
    cr_expect_not(det_may_wait_within(COND, 8));
}

/* What lies where a lock is to be may be anything: there must be, or have been, an original. */
Test(misuse, a_copy_has_an_original) {
    task = fake_start();
    uintptr_t keeper = 0;
    struct ev_copy copy = {.object = LOCK,
                           .original = COND,
                           .keeps = (uintptr_t)&keeper,
                           .kind = EV_OBJECT_MUTEX,
                           .use = EV_USE_UNLOCK,
                           .pc = 0x100};
    det_copy_used(task, &copy);
    cr_expect_eq(told(0), NOTHING, "nobody knows it");
    det_lock_acquired(task, COND, EV_LOCK_WRITE, 0x200);
    det_copy_used(task, &copy);
    cr_expect_eq(told(0), MISUSE_COPY_IN_USE, "somebody holds it");
    det_lock_released(task, COND, EV_LOCK_WRITE);
    copy.pc = 0x300;
    det_copy_used(task, &copy);
    cr_expect_eq(count_records(RECORD_MISUSE), 1);
    det_release_merge(task, COND);
    det_copy_used(task, &copy);
    cr_expect_eq(count_records(RECORD_MISUSE), 2, "somebody has used it");
    det_copy_used(task, &copy);
    cr_expect_eq(count_records(RECORD_MISUSE), 2, "once for each place");
}
