/* leaks.c - who is still blocked when the program ends, or can never run again?
 *
 * Other threads may still run while the end is judged: a task that leaves its wait, or ends, in these
 * microseconds is reported as it was when looked at. Handles are read without a lock; one that
 * ends is still a task's memory (task.h).
 */
#include "detector/leaks.h"

#include "detector/blockers.h"
#include "detector/collect.h"
#include "detector/core.h"
#include "detector/dump.h"
#include "detector/groups.h"
#include "detector/state.h"

static void report_group(const struct group *group) {
    writer_begin_finding(RECORD_LEAK, group->sample);
    writer_task_found(group->sample, group->count, RAW_TASK_WAITING);
    writer_wait(&group->wait);
    blockers_write(group->sample, &group->wait);
    writer_families(group->sample, 0);
    writer_end();
}

static void report_in_state(const struct group *group, enum raw_task_state state) {
    writer_begin_finding(RECORD_LEAK, group->sample);
    writer_task_found(group->sample, group->count, state);
    if (state == RAW_TASK_RUNNING) {
        writer_calls(group->sample);
    }
    writer_families(group->sample, 0);
    writer_end();
}

static void report_over(const struct group *group) {
    report_in_state(group, RAW_TASK_FINISHED);
}

static void report_running(const struct group *group) {
    report_in_state(group, RAW_TASK_RUNNING);
}

static void report_groups(struct groups *groups, void (*report)(const struct group *group)) {
    groups_each(groups, report);
    groups_drop(groups);
}

static bool is_judged(uint32_t number, enum ev_task_kind kind) {
    const struct task_info *info = task_info(number);
    return info->kind == (uint8_t)kind && !info->daemon && !info->leaked &&
           number != det.tasks.main;
}

static void add_goroutine(uint32_t number, struct groups *waiting, struct groups *running) {
    struct task_wait wait = {0};
    if (!blockers_wait_of(number, &wait)) {
        if (__atomic_load_n(&task_info(number)->live, __ATOMIC_ACQUIRE)) {
            groups_add(running, number, &(struct task_wait){0}, 0);
        }
    } else if (!wait.told) {
        groups_add(waiting, number, &wait, 0);
    }
}

void leaks_report(const struct det_task *ending) {
    struct groups waiting = {0}, running = {0};
    for (uint32_t i = 1; i <= task_count(); i++) {
        if (is_judged(i, EV_TASK_GOROUTINE) && !(ending && i == ending->id)) {
            add_goroutine(i, &waiting, &running);
        }
    }
    report_groups(&waiting, report_group);
    report_groups(&running, report_running);
}

/* -- threads ---------------------------------------------------------------------------------- */

/* By what they do. unserved: they wait for what nobody ever did. */
struct threads_left {
    struct groups over, running, waiting, unserved;
};

/* Main has ended before, by pthread_exit: nobody is left to join, the process ends with its last thread. */
static bool main_is_over(void) {
    const struct det_task *live =
        __atomic_load_n(&task_info(det.tasks.main)->live, __ATOMIC_ACQUIRE);
    return !live || live->wait.over;
}

/* Somebody has begun to, and will have joined it. */
static bool is_being_joined(uint32_t number) {
    bool found = false;
    for (uint32_t i = 1; i <= task_count() && !found; i++) {
        struct task_wait wait;
        found =
            blockers_wait_of(i, &wait) && wait.kind == EV_WAIT_PTHREAD_JOIN && wait.waker == number;
    }
    return found;
}

/* Its maker still runs, while another ends the process: it may have been about to join, or to detach. */
static bool has_maker(const struct task_info *info, const struct det_task *ending) {
    const struct task_info *maker = info->parent ? task_info(info->parent) : NULL;
    const struct det_task *live = maker ? __atomic_load_n(&maker->live, __ATOMIC_ACQUIRE) : NULL;
    return live && live != ending && maker->serial == info->parent_serial && !live->wait.over &&
           !wait_may_be_stuck(&live->wait);
}

/* A thread that nobody has joined. One without a parent is a helper of libc. */
static void add_thread(struct threads_left *left, uint32_t number, const struct det_task *ending) {
    const struct task_info *info = task_info(number);
    const struct det_task *live = __atomic_load_n(&info->live, __ATOMIC_ACQUIRE);
    struct task_wait wait = {0};
    if (!live || info->parent_serial == 0) {
        return;
    }
    if (live->wait.over) {
        bool is_awaited =
            info->detached || main_is_over() || is_being_joined(number) || has_maker(info, ending);
        if (!is_awaited) {
            groups_add(&left->over, number, &wait, 0);
        }
    } else if (!blockers_wait_of(number, &wait)) {
        groups_add(&left->running, number, &(struct task_wait){0}, 0);
    } else if (!wait.told) {
        wait.unserved = wait_is_unserved(&wait);
        groups_add(wait.unserved ? &left->unserved : &left->waiting, number, &wait, 0);
    }
}

/* -- tests ---------------------------------------------------------------------------------- */

/* Whether task `number` lives, and is one that the test should have ended. */
static bool has_outlived(uint32_t number, const struct det_task *ending, uint32_t test) {
    const struct task_info *info = task_info(number);
    const struct det_task *live = __atomic_load_n(&info->live, __ATOMIC_ACQUIRE);
    return live && live != ending && info->test != 0 && !info->daemon && !info->leaked &&
           !live->wait.over && tests_within(info->test, test);
}

bool det_test_has_left(const struct det_task *ending, uint32_t test) {
    for (uint32_t i = 1; i <= task_count() && tests_has_users(test); i++) {
        if (has_outlived(i, ending, test)) {
            return true;
        }
    }
    return false;
}

#define SETTLE_NS 1000000000

/* By what they do. until_ns: how long it is waited for those of whom that is not plain. */
struct outlived {
    struct groups waiting, running;
    int64_t until_ns;
};

/* One that was woken, but is not on a processor yet, does not wait: soon it says so itself. Or it was our own look
 * at all threads (instrument/tracer.c) that woke it: soon it sleeps again. */
static bool does_wait(uint32_t number, struct task_wait *wait, int64_t until_ns) {
    while (blockers_wait_of(number, wait)) {
        if (wait->thread == 0 || !wait->endless) {
            return true;
        }
        enum det_sleep sleep = det.host->asleep(wait->thread, wait->kind, wait->objects[0]);
        if (sleep != DET_AWAKE || det.host->monotonic_ns() >= until_ns) {
            return sleep == DET_ASLEEP;
        }
        det.host->nap();
    }
    return false;
}

static void add_outlived(struct outlived *left, uint32_t number) {
    struct task_wait wait = {0};
    bool waits = does_wait(number, &wait, left->until_ns);
    task_info(number)->leaked = true;
    if (!waits || !wait.told) {
        groups_add(waits ? &left->waiting : &left->running, number,
                   waits ? &wait : &(struct task_wait){0}, 0);
    }
}

static void report_outlived(const struct group *group) {
    char name[TESTS_NAME_BYTES];
    (void)tests_name_of(group->sample, name, sizeof name);
    writer_begin_finding(RECORD_LEAK, group->sample);
    writer_text(ROLE_ENDED, name[0] ? name : "?");
    writer_task_found(group->sample, group->count,
                      group->wait.active ? RAW_TASK_WAITING : RAW_TASK_RUNNING);
    if (group->wait.active) {
        writer_wait(&group->wait);
        blockers_write(group->sample, &group->wait);
    } else {
        writer_calls(group->sample);
    }
    writer_families(group->sample, 0);
    writer_end();
}

void det_test_judge(struct det_task *ending, uint32_t test) {
    bool entered = ending && task_enter(ending);
    struct outlived left = {.until_ns = det.host->monotonic_ns() + SETTLE_NS};
    for (uint32_t i = 1; i <= task_count() && tests_has_users(test); i++) {
        if (has_outlived(i, ending, test)) {
            add_outlived(&left, i);
        }
    }
    report_groups(&left.waiting, report_outlived);
    report_groups(&left.running, report_outlived);
    tests_judged(test);
    if (entered) {
        task_leave(ending);
    }
}

/* -- detached ------------------------------------------------------------------------------- */

void det_thread_detached(struct det_task *t) {
    if (t) {
        task_info(t->id)->detached = true;
    }
}

void leaks_of_threads(const struct det_task *ending) {
    struct threads_left left = {0};
    for (uint32_t i = 1; i <= task_count(); i++) {
        if (is_judged(i, EV_TASK_THREAD) && !(ending && i == ending->id)) {
            add_thread(&left, i, ending);
        }
    }
    report_groups(&left.over, report_over);
    report_groups(&left.unserved, report_group);
    report_groups(&left.waiting, report_group);
    report_groups(&left.running, report_running);
}

void leaks_deadlock(const char *text) {
    writer_begin_finding(RECORD_DEADLOCK, 0);
    writer_text(ROLE_MESSAGE, text);
    dump_tasks(false);
    writer_end();
}

void leaks_timeout(void) {
    bool visits = collect_visit(); /* else numbers may change hands; better than nothing */
    writer_begin_finding(RECORD_TIMEOUT, 0);
    dump_tasks(true);
    writer_end();
    if (visits) {
        collect_unvisit();
    }
}
