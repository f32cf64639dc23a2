/* leaks.c - who is still blocked when the program ends, or can never run again?
 *
 * Other threads may still run while the end is judged: a task that leaves its wait, or ends, in these
 * microseconds is reported as it was when looked at. Handles are read without a lock; one that
 * ends is still a task's memory (task.h).
 */
#include "detector/leaks.h"

#include "detector/groups.h"
#include "detector/state.h"

/* The wait of task `number`, copied; false: it is in none. One of a deadlock has been told. */
static bool wait_of(uint32_t number, struct task_wait *wait) {
    const struct task_info *info = task_info(number);
    const struct det_task *live = __atomic_load_n(&info->live, __ATOMIC_ACQUIRE);
    if (!live || !__atomic_load_n(&live->wait.active, __ATOMIC_ACQUIRE) || live->id != number) {
        return false;
    }
    *wait = live->wait;
    return true;
}

static void report_group(const struct group *group) {
    writer_begin(RECORD_LEAK);
    writer_task(group->sample, group->count);
    writer_wait(&group->wait);
    writer_families(group->sample, 0);
    writer_end();
}

void leaks_report(void) {
    struct groups groups = {0};
    for (uint32_t i = 1; i <= task_count(); i++) {
        const struct task_info *info = task_info(i);
        struct task_wait wait;
        bool counts = info->kind == EV_TASK_GOROUTINE && !info->daemon && i != det.tasks.main;
        if (counts && wait_of(i, &wait) && !wait.told) {
            groups_add(&groups, i, &wait, 0);
        }
    }
    if (groups.n) {
        process_describe();
    }
    groups_each(&groups, report_group);
    groups_drop(&groups);
}

static void write_group(const struct group *group) {
    writer_task(group->sample, group->count);
    writer_wait(&group->wait);
}

void leaks_deadlock(const char *text) {
    struct groups groups = {0};
    process_describe();
    for (uint32_t i = 1; i <= task_count(); i++) {
        struct task_wait wait;
        if (wait_of(i, &wait)) {
            groups_add(&groups, i, &wait, wait.objects[0]);
        }
    }
    writer_begin(RECORD_DEADLOCK);
    writer_text(ROLE_MESSAGE, text);
    groups_each(&groups, write_group);
    writer_end();
    groups_drop(&groups);
}

void leaks_timeout(void) {
    process_describe();
    writer_begin(RECORD_TIMEOUT);
    for (uint32_t i = 1; i <= task_count(); i++) {
        struct task_wait wait;
        bool waits = wait_of(i, &wait);
        if (waits || __atomic_load_n(&task_info(i)->live, __ATOMIC_ACQUIRE)) {
            writer_task(i, 1);
        }
        if (waits) {
            writer_wait(&wait);
        }
    }
    writer_end();
}
