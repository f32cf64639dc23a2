/* test_detector_deadlock.c - who can never run again: the laws one by one, and against a model that lets
 * everybody go on who can. */
#include <criterion/criterion.h>

#include "fake_host.h"

#define LOCK(n) ((uintptr_t)0x7f2000000000 + 64 * (uintptr_t)(n))

static struct det_task *go(struct det_task *parent, uint64_t id) {
    struct det_task *t = det_task_create(parent, EV_TASK_THREAD, id, 0x400000 + id);
    det_task_begin(t, 0, 0);
    return t;
}

/* Threads have the numbers of their tasks. */
static bool wait_for(struct det_task *t, enum ev_wait_kind kind, uintptr_t object,
                     const struct det_task *waker) {
    struct ev_wait wait = {.kind = kind, .n_objects = 1, .objects = &object, .waker = waker};
    struct det_endless endless = {.thread = t->id};
    fake_sleep[t->id % FAKE_THREADS] = DET_ASLEEP;
    return det_thread_waits(t, &wait, &endless, 0x500000) == DET_LOOK_NOW;
}

/* At a condition that nobody has for a name; needs: which lock to come back. */
static bool cond_waits(struct det_task *t, unsigned needs, bool timed) {
    uintptr_t cond = LOCK(99);
    struct ev_wait wait = {.kind = EV_WAIT_PTHREAD_COND, .n_objects = 1, .objects = &cond};
    struct det_endless endless = {.thread = t->id, .with = LOCK(needs)};
    fake_sleep[t->id % FAKE_THREADS] = DET_ASLEEP;
    if (timed) {
        det_timed_wait_begins(t, &wait, &endless, 0x500000);
        return false;
    }
    return det_thread_waits(t, &wait, &endless, 0x500000) == DET_LOOK_NOW;
}

static bool lock_waits(struct det_task *t, unsigned n) {
    return wait_for(t, EV_WAIT_PTHREAD_MUTEX, LOCK(n), NULL);
}

static void holds(struct det_task *t, unsigned n) {
    det_lock_acquired(t, LOCK(n), EV_LOCK_WRITE, 0x600000 + n);
}

/* The ids of the tasks that a record tells with that role, in their order, as digits. */
static unsigned told(unsigned record, unsigned role) {
    const struct record_head *r = find_record(RECORD_DEADLOCK, record);
    unsigned ids = 0;
    for (unsigned i = 0; r; i++) {
        const struct item_head *head;
        const struct raw_task *task = find_item(r, ITEM_TASK, i, &head);
        if (!task) {
            break;
        }
        ids = head->role == role ? ids * 10 + (unsigned)task->id : ids;
    }
    return ids;
}

/* -- laws ----------------------------------------------------------------------------------- */

Test(deadlock, of_two_that_hold_what_the_other_wants) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3);
    holds(a, 1);
    holds(b, 2);
    cr_assert(lock_waits(a, 2));
    cr_assert_eq(det_look_for_deadlock(), DET_NO_DEADLOCK);
    cr_assert(lock_waits(b, 1));
    cr_assert_eq(det_look_for_deadlock(), DET_SOME_STUCK);
    cr_assert_eq(told(0, ROLE_NONE), 23);
    const struct raw_lock *lock = find_item(find_record(RECORD_DEADLOCK, 0), ITEM_LOCK, 0, NULL);
    cr_assert_eq(lock->addr, LOCK(1));
}

Test(deadlock, is_told_once_and_who_comes_later_is_behind) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3), *c = go(m, 4);
    holds(a, 1);
    holds(b, 2);
    lock_waits(a, 2);
    lock_waits(b, 1);
    lock_waits(c, 1);
    cr_assert_eq(det_look_for_deadlock(), DET_SOME_STUCK);
    cr_assert_eq(told(0, ROLE_NONE), 23);
    cr_assert_eq(told(0, ROLE_BEHIND), 4);
    cr_assert(wait_for(m, EV_WAIT_PTHREAD_JOIN, 7, a));
    cr_assert_eq(det_look_for_deadlock(), DET_MAIN_STUCK);
    cr_assert_eq(count_records(RECORD_DEADLOCK), 1);
}

Test(deadlock, needs_every_holder_asleep) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3);
    holds(a, 1);
    holds(b, 2);
    lock_waits(a, 2);
    lock_waits(b, 1);
    fake_sleep[a->id] = DET_AWAKE;
    cr_assert_eq(det_look_for_deadlock(), DET_UNSURE);
    det_wait_end(a);
    cr_assert_eq(det_look_for_deadlock(), DET_NO_DEADLOCK);
    lock_waits(a, 2);
    fake_sleep[a->id] = DET_CANNOT_TELL;
    cr_assert_eq(det_look_for_deadlock(), DET_NO_DEADLOCK);
    cr_assert_eq(det_process()->limits[LIMIT_DEADLOCK_UNSEEN], 1);
    cr_assert_eq(count_records(RECORD_DEADLOCK), 0);
}

Test(deadlock, of_one_with_itself) {
    struct det_task *m = fake_start();
    holds(m, 1);
    cr_assert(lock_waits(m, 1));
    cr_assert_eq(det_look_for_deadlock(), DET_MAIN_STUCK);
    cr_assert_eq(told(0, ROLE_NONE), 1);
}

Test(deadlock, of_a_writer_and_a_reader_but_not_of_readers) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3);
    det_lock_acquired(a, LOCK(1), EV_LOCK_READ, 0x600001);
    det_lock_acquired(b, LOCK(2), EV_LOCK_READ, 0x600002);
    wait_for(a, EV_WAIT_PTHREAD_RWLOCK_WRITE, LOCK(2), NULL);
    wait_for(b, EV_WAIT_PTHREAD_RWLOCK_READ, LOCK(1), NULL);
    cr_assert_eq(det_look_for_deadlock(), DET_NO_DEADLOCK);
    det_wait_end(b);
    wait_for(b, EV_WAIT_PTHREAD_RWLOCK_WRITE, LOCK(1), NULL);
    cr_assert_eq(det_look_for_deadlock(), DET_SOME_STUCK);
}

Test(deadlock, of_nobody_while_somebody_can_act) {
    struct det_task *m = fake_start(), *a = go(m, 2);
    fake_threads = 2;
    cr_assert_not(wait_for(a, EV_WAIT_PTHREAD_COND, LOCK(1), NULL));
    cr_assert_eq(det_look_for_deadlock(), DET_NO_DEADLOCK);
    cr_assert(wait_for(m, EV_WAIT_PTHREAD_SEMAPHORE, LOCK(2), NULL));
    cr_assert_eq(det_look_for_deadlock(), DET_MAIN_STUCK);
    cr_assert_eq(told(0, ROLE_NONE), 12);
}

Test(deadlock, of_nobody_beside_threads_or_handlers_that_are_not_known) {
    struct det_task *m = fake_start();
    fake_threads = 2;
    cr_assert(wait_for(m, EV_WAIT_PTHREAD_SEMAPHORE, LOCK(2), NULL));
    cr_assert_eq(det_look_for_deadlock(), DET_UNSURE);
    fake_threads = 1;
    fake_handlers = true;
    cr_assert_eq(det_look_for_deadlock(), DET_NO_DEADLOCK);
    fake_handlers = false;
    cr_assert_eq(det_look_for_deadlock(), DET_MAIN_STUCK);
}

Test(deadlock, of_locks_is_told_beside_threads_that_are_not_known) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3);
    holds(a, 1);
    holds(b, 2);
    lock_waits(a, 2);
    lock_waits(b, 1);
    wait_for(m, EV_WAIT_PTHREAD_COND, LOCK(3), NULL);
    fake_threads = 4;
    cr_assert_eq(det_look_for_deadlock(), DET_UNSURE);
    cr_assert_eq(told(0, ROLE_NONE), 23);
    fake_threads = 3;
    cr_assert_eq(det_look_for_deadlock(), DET_MAIN_STUCK);
    cr_assert_eq(told(1, ROLE_BEHIND), 1); /* it led to that */
}

Test(deadlock, of_who_waits_for_a_lock_whose_holder_has_ended) {
    struct det_task *m = fake_start(), *a = go(m, 2);
    holds(a, 1);
    cr_assert(det_thread_over(a, 2));
    det_task_end(a);
    lock_waits(m, 1);
    cr_assert_eq(det_look_for_deadlock(), DET_MAIN_STUCK);
    cr_assert_eq(told(0, ROLE_NONE), 12);
    det_wait_end(m);
    holds(m, 1); /* somebody let it go after all */
    struct det_task *b = go(m, 3);
    lock_waits(b, 1);
    cr_assert_eq(det_look_for_deadlock(), DET_NO_DEADLOCK);
}

Test(deadlock, is_not_made_of_claims_that_others_have_ended) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3);
    holds(a, 1);
    holds(b, 2);
    fake_let_go = LOCK(1);
    lock_waits(a, 2);
    lock_waits(b, 1);
    cr_assert_eq(det_look_for_deadlock(), DET_NO_DEADLOCK);
}

/* To read, where a writer that waits goes first. */
static void reads_behind(struct det_task *t, unsigned n) {
    uintptr_t lock = LOCK(n);
    struct ev_wait wait = {
        .kind = EV_WAIT_PTHREAD_RWLOCK_READ, .n_objects = 1, .objects = &lock, .waker = NULL};
    struct det_endless endless = {.thread = t->id, .behind_writers = true};
    fake_sleep[t->id % FAKE_THREADS] = DET_ASLEEP;
    det_thread_waits(t, &wait, &endless, 0x500000);
}

Test(deadlock, a_reader_waits_for_who_writes_and_not_for_those_who_want_to) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3), *c = go(m, 4);
    holds(a, 1);
    holds(b, 2);
    wait_for(c, EV_WAIT_PTHREAD_RWLOCK_WRITE, LOCK(2), NULL);
    reads_behind(a, 2);
    lock_waits(b, 1);
    cr_assert_eq(det_look_for_deadlock(), DET_SOME_STUCK);
    cr_assert_eq(told(0, ROLE_NONE), 23);
    cr_assert_eq(told(0, ROLE_BEHIND), 4);
}

Test(deadlock, a_reader_waits_for_the_writers_before_it_where_others_read) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3), *c = go(m, 4);
    holds(a, 1);
    det_lock_acquired(b, LOCK(2), EV_LOCK_READ, 0x600002);
    wait_for(c, EV_WAIT_PTHREAD_RWLOCK_WRITE, LOCK(2), NULL);
    reads_behind(a, 2);
    cr_assert_eq(det_look_for_deadlock(), DET_NO_DEADLOCK);
    lock_waits(b, 1);
    cr_assert_eq(det_look_for_deadlock(), DET_SOME_STUCK);
    cr_assert_eq(told(0, ROLE_NONE), 234);
}

static void runs(struct det_task *t, unsigned n) {
    det_lock_acquired(t, LOCK(n), EV_LOCK_ONCE, 0x700000 + n);
}

static bool once_waits(struct det_task *t, unsigned n) {
    return wait_for(t, EV_WAIT_PTHREAD_ONCE, LOCK(n), NULL);
}

Test(deadlock, of_who_waits_for_a_once_and_holds_what_its_routine_wants) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3);
    runs(a, 1);
    holds(b, 2);
    cr_assert_not(once_waits(m, 1), "nobody who waits holds anything");
    cr_assert(lock_waits(a, 2));
    cr_assert_eq(det_look_for_deadlock(), DET_NO_DEADLOCK);
    cr_assert(once_waits(b, 1));
    cr_assert_eq(det_look_for_deadlock(), DET_MAIN_STUCK);
    cr_assert_eq(told(0, ROLE_NONE), 23);
    cr_assert_eq(told(0, ROLE_BEHIND), 1);
    const struct raw_lock *once = find_item(find_record(RECORD_DEADLOCK, 0), ITEM_LOCK, 0, NULL);
    cr_assert_eq(once->addr, LOCK(1));
    cr_assert_eq(once->mode, EV_LOCK_ONCE);
}

Test(deadlock, is_not_made_of_a_once_that_was_left) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3);
    runs(a, 1);
    runs(a, 3);
    cr_assert_eq(det_once_innermost(a), LOCK(3));
    det_lock_released(a, LOCK(3), EV_LOCK_ONCE);
    det_lock_released(a, LOCK(1), EV_LOCK_ONCE);
    cr_assert_eq(det_once_innermost(a), 0);
    holds(b, 2);
    lock_waits(a, 2);
    once_waits(b, 1);
    once_waits(m, 3);
    runs(m, 3);
    det_wait_end(m);
    cr_assert_eq(det_look_for_deadlock(), DET_NO_DEADLOCK);
}

/* As longjmp leaves it, and a hand that sets the once back. */
Test(deadlock, is_not_made_of_a_once_that_another_runs_by_now) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3);
    runs(a, 1);
    runs(m, 1);
    holds(b, 2);
    lock_waits(a, 2);
    once_waits(b, 1);
    cr_assert_eq(det_look_for_deadlock(), DET_NO_DEADLOCK);
    det_lock_released(m, LOCK(1), EV_LOCK_ONCE);
    cr_assert_eq(det_look_for_deadlock(), DET_NO_DEADLOCK);
}

Test(deadlock, a_once_is_in_no_lock_order) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3);
    runs(a, 1);
    holds(a, 2);
    det_lock_released(a, LOCK(2), EV_LOCK_WRITE);
    det_lock_released(a, LOCK(1), EV_LOCK_ONCE);
    holds(b, 2);
    runs(b, 1);
    cr_assert_eq(count_records(RECORD_LOCK_ORDER), 0);
}

/* -- asked for ------------------------------------------------------------------------------ */

/* Who holds something comes first; then those that wait, then those that run. */
Test(deadlock, a_dump_tells_all_tasks_and_is_no_finding) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3), *c = go(m, 4);
    holds(c, 1);
    runs(c, 2);
    lock_waits(a, 1);
    lock_waits(b, 1);
    det_dump();
    const struct record_head *dump = find_record(RECORD_DUMP, 0);
    static const struct {
        uint64_t id;
        uint32_t state;
    } expected[] = {
        {4, RAW_TASK_RUNNING}, {2, RAW_TASK_WAITING}, {3, RAW_TASK_WAITING}, {1, RAW_TASK_RUNNING}};
    for (unsigned i = 0; i < 4; i++) {
        const struct raw_task *task = find_item(dump, ITEM_TASK, i, NULL);
        cr_assert_not_null(task);
        cr_expect_eq(task->id, expected[i].id);
        cr_expect_eq(task->state, expected[i].state);
    }
    cr_assert_null(find_item(dump, ITEM_TASK, 4, NULL));
    const struct raw_lock *lock = find_item(dump, ITEM_LOCK, 0, NULL);
    const struct raw_lock *once = find_item(dump, ITEM_LOCK, 1, NULL);
    cr_assert_eq(lock->addr, LOCK(1));
    cr_assert_eq(once->mode, EV_LOCK_ONCE);
    cr_assert_eq(det_findings_count(), 0);
}

static void takes(struct det_task *t, unsigned n, uint32_t mode) {
    struct ev_lock lock = {.lock = LOCK(n), .size = 8, .mode = mode, .pc = 0x600000 + n};
    det_lock_taken(t, &lock);
}

static void lets_go(struct det_task *t, unsigned n, uint32_t mode) {
    struct ev_lock lock = {.lock = LOCK(n), .size = 8, .mode = mode, .pc = 0x600100 + n};
    det_lock_leaving(t, &lock);
}

/* Whom the latest dump tells as holding lock n, the ids of the tasks as digits. */
static unsigned holders(unsigned n) {
    static unsigned dumps;
    det_dump();
    const struct record_head *dump = find_record(RECORD_DUMP, dumps++);
    unsigned ids = 0;
    const struct raw_lock *lock;
    for (unsigned i = 0; (lock = find_item(dump, ITEM_LOCK, i, NULL)) != NULL; i++) {
        const struct raw_task *task = NULL, *next;
        for (unsigned j = 0; (next = find_item(dump, ITEM_TASK, j, NULL)) != NULL; j++) {
            task = (const char *)next < (const char *)lock ? next : task;
        }
        ids = lock->addr == LOCK(n) ? ids * 10 + (unsigned)task->id : ids;
    }
    return ids;
}

Test(deadlock, what_others_have_let_go_is_not_held) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3);
    takes(a, 1, EV_LOCK_WRITE);
    cr_expect_eq(holders(1), 2);
    lets_go(b, 1, EV_LOCK_WRITE);
    cr_expect_eq(holders(1), 0);
    takes(b, 1, EV_LOCK_WRITE);
    cr_expect_eq(holders(1), 3);
    takes(a, 1, EV_LOCK_WRITE);
    cr_expect_eq(holders(1), 2, "the latest");
    lets_go(a, 1, EV_LOCK_WRITE);
    det_lock_acquired(b, LOCK(1), EV_LOCK_WRITE, 0x600001);
    cr_expect_eq(holders(1), 3, "however it was told");
}

/* Which may have refused, and shares have no holder. */
Test(deadlock, a_mutex_of_the_system_that_others_let_go_is_held_until_it_is_taken) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3);
    takes(a, 1, EV_LOCK_IS_MUTEX);
    lets_go(b, 1, EV_LOCK_WRITE);
    cr_expect_eq(holders(1), 2);
    takes(b, 1, EV_LOCK_IS_MUTEX);
    cr_expect_eq(holders(1), 3);
    takes(a, 2, EV_LOCK_READ);
    takes(b, 2, EV_LOCK_READ);
    lets_go(m, 2, EV_LOCK_READ);
    cr_expect_eq(holders(2), 23);
}

static void expect_kept_out(bool timed) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3);
    holds(a, 1);
    cond_waits(a, 2, timed);
    holds(b, 2);
    cr_assert_eq(det_look_for_deadlock(), DET_NO_DEADLOCK);
    cr_assert(lock_waits(b, 1));
    cr_assert_eq(det_look_for_deadlock(), DET_SOME_STUCK);
    cr_assert_eq(told(0, ROLE_NONE), 23);
    const struct raw_wait *wait = find_item(find_record(RECORD_DEADLOCK, 0), ITEM_WAIT, 0, NULL);
    cr_assert_eq(wait->kind, EV_WAIT_PTHREAD_COND_MUTEX);
    cr_assert_eq(wait->objects[0], LOCK(2));
    fake_end();
}

Test(deadlock, of_who_needs_a_mutex_to_come_back_from_a_condition) {
    expect_kept_out(false);
    expect_kept_out(true);
}

Test(deadlock, of_nobody_who_keeps_his_own_mutex_at_a_condition) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3);
    holds(a, 1);
    cond_waits(a, 1, false);
    lock_waits(b, 1);
    cr_assert_eq(det_look_for_deadlock(), DET_NO_DEADLOCK);
    fake_threads = 3;
    lock_waits(m, 1);
    cr_assert_eq(det_look_for_deadlock(), DET_MAIN_STUCK);
    const struct raw_wait *wait = find_item(find_record(RECORD_DEADLOCK, 0), ITEM_WAIT, 0, NULL);
    cr_assert_eq(wait->kind, EV_WAIT_PTHREAD_COND);
}

/* -- against a model ------------------------------------------------------------------------ */

#define TASKS 7
#define LOCKS 4
#define RUNS  10000

enum { RUNS_ON, FOR_LOCK, FOR_JOIN, FOR_OTHERS, FOR_SIGNAL, FOR_TIME };

struct model {
    int state[TASKS];
    unsigned
        of[TASKS]; /* the lock, the task, or the lock that the condition's wait was begun with */
    int holder[LOCKS]; /* -1: nobody */
};

static bool may_take(const struct model *m, int i) {
    int holder = m->holder[m->of[i]];
    return holder < 0 || (holder == i && m->state[i] != FOR_LOCK);
}

static bool may_go_on(const struct model *m, int i, const bool *over, bool any_ran) {
    switch (m->state[i]) {
    case RUNS_ON:
        return true;
    case FOR_JOIN:
        return over[m->of[i]];
    case FOR_OTHERS:
        return any_ran;
    case FOR_SIGNAL:
        return any_ran && may_take(m, i);
    default:
        return may_take(m, i);
    }
}

/* Lets everybody go on who can, to the end; returns those who never can, as bits. */
static unsigned run_model(struct model *m) {
    bool over[TASKS] = {false}, any_ran = false;
    for (bool changed = true; changed;) {
        changed = false;
        for (int i = 0; i < TASKS; i++) {
            bool goes = !over[i] && may_go_on(m, i, over, any_ran);
            for (int l = 0; goes && l < LOCKS; l++) {
                m->holder[l] = m->holder[l] == i ? -1 : m->holder[l];
            }
            over[i] |= goes;
            any_ran |= goes;
            changed |= goes;
        }
    }
    unsigned stuck = 0;
    for (int i = 0; i < TASKS; i++) {
        stuck |= over[i] ? 0 : 1u << i;
    }
    return stuck;
}

static unsigned next_random(uint64_t *s, unsigned n) {
    *s = *s * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*s >> 33) % n;
}

static unsigned stuck_in_reports(void) {
    unsigned stuck = 0;
    for (unsigned n = 0; n < count_records(RECORD_DEADLOCK); n++) {
        const struct record_head *r = find_record(RECORD_DEADLOCK, n);
        const struct raw_task *task;
        for (unsigned i = 0; (task = find_item(r, ITEM_TASK, i, NULL)) != NULL; i++) {
            stuck |= 1u << (task->id - 1);
        }
    }
    return stuck;
}

Test(deadlock, is_what_a_model_of_all_tasks_leaves_over, .timeout = 120) {
    uint64_t seed = 1;
    for (int run = 0; run < RUNS; run++) {
        struct det_task *t[TASKS] = {fake_start()};
        struct model model;
        for (int i = 1; i < TASKS; i++) {
            t[i] = go(t[0], (uint64_t)i + 1);
        }
        for (unsigned l = 0; l < LOCKS; l++) {
            int holder = (int)next_random(&seed, TASKS + 2) - 2;
            model.holder[l] = holder < 0 ? -1 : holder;
            if (holder >= 0) {
                holds(t[holder], l);
            }
        }
        fake_threads = 0;
        for (unsigned i = 0; i < TASKS; i++) {
            unsigned kind = next_random(&seed, 20);
            model.state[i] = kind == 0   ? RUNS_ON
                             : kind < 9  ? FOR_LOCK
                             : kind < 13 ? FOR_JOIN
                             : kind < 16 ? FOR_OTHERS
                             : kind < 18 ? FOR_SIGNAL
                                         : FOR_TIME;
            model.of[i] = next_random(&seed, model.state[i] == FOR_JOIN ? TASKS : LOCKS);
            fake_threads += model.state[i] != RUNS_ON;
        }
        bool look = false;
        for (unsigned i = 0; i < TASKS; i++) { /* before somebody else has the mutex, and waits */
            if (model.state[i] == FOR_TIME) {
                cond_waits(t[i], model.of[i], true);
            }
        }
        for (unsigned i = 0; i < TASKS; i++) {
            if (model.state[i] == FOR_LOCK) {
                look |= lock_waits(t[i], model.of[i]);
            } else if (model.state[i] == FOR_JOIN) {
                look |= wait_for(t[i], EV_WAIT_PTHREAD_JOIN, 7, t[model.of[i]]);
            } else if (model.state[i] == FOR_OTHERS) {
                look |= wait_for(t[i], EV_WAIT_PTHREAD_COND, LOCK(LOCKS), NULL);
            } else if (model.state[i] == FOR_SIGNAL) {
                look |= cond_waits(t[i], model.of[i], false);
            }
        }
        unsigned stuck = run_model(&model);
        enum det_deadlock verdict = det_look_for_deadlock();
        cr_assert_eq(stuck_in_reports(), stuck, "run %d: %x, not %x", run, stuck_in_reports(),
                     stuck);
        cr_assert(verdict == (stuck == 0                                       ? DET_NO_DEADLOCK
                              : (stuck & 1) != 0 || stuck == (1u << TASKS) - 1 ? DET_MAIN_STUCK
                                                                               : DET_SOME_STUCK));
        cr_assert(look || stuck == 0, "run %d: nobody asked to look", run);
        fake_end();
    }
}

/* -- at the end of the process -------------------------------------------------------------- */

Test(deadlock, keeps_who_has_called_exit_from_ending_the_process) {
    struct det_task *m = fake_start(), *a = go(m, 2), *b = go(m, 3);
    holds(m, 1);
    wait_for(m, EV_WAIT_PTHREAD_JOIN, 7, a);
    holds(b, 2);
    lock_waits(b, 2);
    det_finish(a, 0);
    cr_assert_eq(det_look_for_deadlock(), DET_SOME_STUCK, "b alone is left over");
    cr_assert_eq(count_records(RECORD_DEADLOCK), 0);
    lock_waits(a, 1);
    cr_assert_eq(det_look_for_deadlock(), DET_MAIN_STUCK);
    cr_assert_eq(told(0, ROLE_NONE), 12, "and not b");
    cr_assert_eq(det_look_for_deadlock(), DET_MAIN_STUCK);
    cr_assert_eq(count_records(RECORD_DEADLOCK), 1);
}

Test(deadlock, of_others_is_a_leak_when_exit_has_begun) {
    struct det_task *m = fake_start(), *a = go(m, 2);
    det_finish(m, 0);
    holds(a, 1);
    lock_waits(a, 1);
    cr_assert_eq(det_look_for_deadlock(), DET_SOME_STUCK);
    cr_assert_eq(count_records(RECORD_DEADLOCK), 0);
    det_finish_threads(m);
    cr_assert_eq(count_records(RECORD_LEAK), 1);
}
