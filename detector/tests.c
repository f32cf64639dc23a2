/* tests.c - in which test was a task made, and which are under way? */
#include "detector/tests.h"

#include "detector/core.h"
#include "detector/state.h"

static const struct table_shape shape = {sizeof(struct test), 6, (uint64_t)1 << 24};

static struct test *test_at(uint32_t number) {
    return table_at(&det.tests.table, shape, number);
}

/* -- under the lock ------------------------------------------------------------------------- */

static bool is_open(uint32_t number) {
    return test_at(number)->state == TEST_OPEN;
}

static uint32_t nearest_open(uint32_t number) {
    while (number && !is_open(number)) {
        number = test_at(number)->outer;
    }
    return number;
}

static uint32_t nearest_not_over(uint32_t number) {
    while (number && test_at(number)->state == TEST_OVER) {
        number = test_at(number)->outer;
    }
    return number;
}

static void drop(uint32_t number) {
    while (number && --test_at(number)->users == 0) {
        struct test *test = test_at(number);
        uint32_t outer = test->outer;
        test->outer = det.tests.free;
        det.tests.free = number;
        number = outer;
    }
}

/* The user that being under way is goes to the caller. */
static void close_test(uint32_t number, enum test_state now) {
    test_at(number)->state = now;
    det.tests.n_open--;
}

/* Its beginner is inside it no more. */
static void leave(struct det_task *beginner) {
    uint32_t left = beginner->test;
    beginner->test = test_at(left)->before;
    drop(left);
}

/* Those that t began and that somebody has ended. own: the one that t belongs to. */
static void leave_closed(struct det_task *t, uint32_t own) {
    while (t->test != own && !is_open(t->test)) {
        leave(t);
    }
}

static uint32_t chain_open(uint32_t number) {
    uint32_t n = 0;
    for (; number; number = test_at(number)->outer) {
        n += is_open(number);
    }
    return n;
}

/* The innermost one, if all that are under way are inside one another; else 0. */
static uint32_t only_one(void) {
    uint32_t last = (uint32_t)det.tests.table.next;
    for (uint32_t i = 1; i <= last && det.tests.n_open != 0; i++) {
        if (table_has(&det.tests.table, shape, i) && is_open(i) &&
            chain_open(i) == det.tests.n_open) {
            return i;
        }
    }
    return 0;
}

static void set_name(struct test *test, const char *name) {
    size_t n = text_bytes(name);
    n = n < sizeof test->name ? n : sizeof test->name - 1;
    copy_bytes(test->name, name, n);
    test->name[n] = 0;
}

/* -- whose a task is ------------------------------------------------------------------------ */

uint32_t tests_join(uint32_t inside) {
    if (__builtin_expect(inside == 0, 1)) {
        return 0;
    }
    spin_lock(&det.tests.lock);
    uint32_t number = nearest_not_over(inside);
    if (number) {
        test_at(number)->users++;
    }
    spin_unlock(&det.tests.lock);
    return number;
}

void tests_leave(struct det_task *t) {
    struct task_info *info = task_info(t->id);
    if (__builtin_expect(t->test == 0 && info->test == 0, 1)) {
        return;
    }
    spin_lock(&det.tests.lock);
    while (t->test != info->test) {
        uint32_t begun = t->test;
        leave(t);
        if (is_open(begun)) {
            close_test(begun, TEST_OVER);
            drop(begun);
        }
    }
    drop(info->test);
    t->test = info->test = 0;
    spin_unlock(&det.tests.lock);
}

bool tests_within(uint32_t owner, uint32_t test) {
    spin_lock(&det.tests.lock);
    while (owner != 0 && owner != test) {
        owner = test_at(owner)->outer;
    }
    spin_unlock(&det.tests.lock);
    return owner != 0;
}

/* That the task is inside, but for those that it began and that somebody has ended; the lock is held. */
static uint32_t inside_of(uint32_t task) {
    const struct task_info *info = task ? task_info_now(task) : NULL;
    const struct det_task *live = info ? __atomic_load_n(&info->live, __ATOMIC_ACQUIRE) : NULL;
    uint32_t own = info ? info->test : 0;
    uint32_t test = live && task_info(live->id) == info ? live->test : own;
    while (test != own && !is_open(test)) {
        test = test_at(test)->before;
    }
    return test;
}

bool tests_name_of(uint32_t number, char *out, size_t room) {
    spin_lock(&det.tests.lock);
    uint32_t test = inside_of(number);
    test = test ? test : only_one();
    size_t n = test ? text_bytes(test_at(test)->name) : 0;
    n = n < room ? n : room - 1;
    copy_bytes(out, test ? test_at(test)->name : "", n);
    out[n] = 0;
    spin_unlock(&det.tests.lock);
    return n != 0;
}

/* -- begin and end -------------------------------------------------------------------------- */

/* A free number; 0: they, or memory, ran out, which is counted. */
static uint32_t take_number(void) {
    spin_lock(&det.tests.lock);
    uint32_t number = det.tests.free;
    if (number) {
        det.tests.free = test_at(number)->outer;
    }
    spin_unlock(&det.tests.lock);
    number = number ? number : table_take(&det.tests.table, shape);
    if (number == 0) {
        limit_raise(LIMIT_OUT_OF_MEMORY);
    }
    return number;
}

void det_test_begin(struct det_task *t, const char *name) {
    if (!t || !task_enter(t)) {
        return;
    }
    uint32_t number = take_number();
    if (number) {
        struct test *test = test_at(number);
        set_name(test, name);
        spin_lock(&det.tests.lock);
        leave_closed(t, task_info(t->id)->test);
        test->outer = nearest_open(t->test);
        test->before = t->test;
        test->users = 2; /* it is under way; its beginner is inside it */
        test->state = TEST_OPEN;
        det.tests.n_open++;
        if (test->outer) {
            test_at(test->outer)->users++;
        }
        t->test = number;
        spin_unlock(&det.tests.lock);
    }
    task_leave(t);
}

uint32_t det_test_end(struct det_task *t) {
    if (t && !task_enter(t)) {
        return 0;
    }
    uint32_t own = t ? task_info(t->id)->test : 0;
    spin_lock(&det.tests.lock);
    uint32_t number = 0;
    if (t) {
        leave_closed(t, own);
        number = nearest_open(t->test);
    }
    number = number ? number : only_one();
    if (number) {
        close_test(number, TEST_ENDING);
    }
    if (t) {
        leave_closed(t, own);
    }
    spin_unlock(&det.tests.lock);
    if (t) {
        task_leave(t);
    }
    return number;
}

bool tests_has_users(uint32_t test) {
    spin_lock(&det.tests.lock);
    bool has = test_at(test)->users > 1; /* beside who asks */
    spin_unlock(&det.tests.lock);
    return has;
}

void tests_judged(uint32_t number) {
    spin_lock(&det.tests.lock);
    test_at(number)->state = TEST_OVER;
    drop(number);
    spin_unlock(&det.tests.lock);
}
