/* dump.c - see dump.h.
 *
 * Read without stopping anybody: of each task its wait as it was between two equal turns (wait.h), else it runs; and
 * the locks that it held a moment before or after. Tasks that hold nothing and do the same are told by one of
 * them, with their number. Of those that run the calls are told that they were inside of at that moment (calls.h).
 */
#include "detector/dump.h"

#include "detector/core.h"
#include "detector/groups.h"
#include "detector/once.h"
#include "detector/state.h"

#define LOOKS 4 /* at one that goes on meanwhile */

struct doing {
    bool all; /* those that run, too */
    uint32_t holders;
    struct groups waiting, running;
};

/* False: it is in none. */
static bool wait_now(const struct det_task *t, struct task_wait *wait) {
    for (int i = 0; i < LOOKS; i++) {
        uint32_t turn = __atomic_load_n(&t->wait.turn, __ATOMIC_ACQUIRE);
        bool active = __atomic_load_n(&t->wait.active, __ATOMIC_ACQUIRE);
        *wait = t->wait;
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (!active || __atomic_load_n(&t->wait.turn, __ATOMIC_RELAXED) == turn) {
            return active;
        }
    }
    return false;
}

/* Another task may change its own meanwhile; memory of an array that was given up is still there. */
static void write_locks(uint32_t number, const struct held_locks *held) {
    const struct held_lock *locks = held ? __atomic_load_n(&held->lock, __ATOMIC_ACQUIRE) : NULL;
    uint32_t n = held ? __atomic_load_n(&held->n, __ATOMIC_ACQUIRE) : 0;
    uint32_t room = held ? __atomic_load_n(&held->room, __ATOMIC_ACQUIRE) : 0;
    for (uint32_t i = 0; locks && i < n && n <= room; i++) {
        struct held_lock lock = locks[i];
        if (lock.lock && !sync_has_lost(number, lock.lock, lock.mode)) {
            writer_lock(&lock);
        }
    }
}

/* Who has ended with the lock that is waited for. */
static void write_orphan(const struct task_wait *wait) {
    if (wait_is_for_lock(wait->kind)) {
        orphan_write(wait->objects[0]);
    }
}

static void write_group(const struct group *group) {
    writer_task_found(group->sample, group->count, RAW_TASK_WAITING);
    writer_wait(&group->wait);
    write_orphan(&group->wait);
}

static void write_running(const struct group *group) {
    writer_task_found(group->sample, group->count, RAW_TASK_RUNNING);
    writer_calls(group->sample);
}

static void write_holder(const struct det_task *t, uint32_t number, const struct task_wait *wait) {
    writer_task_found(number, 1, wait ? RAW_TASK_WAITING : RAW_TASK_RUNNING);
    if (wait) {
        writer_wait(wait);
    } else {
        writer_calls(number);
    }
    write_locks(number, &t->held);
    write_locks(number, once_runs(t));
    if (wait) {
        write_orphan(wait);
    }
}

static void look_at(struct doing *doing, const struct det_task *t, uint32_t number) {
    struct task_wait wait;
    bool over = __atomic_load_n(&t->wait.over, __ATOMIC_ACQUIRE);
    bool waits = wait_now(t, &wait);
    if (over || !(waits || doing->all)) {
        return;
    }
    if (doing->holders < HOLDERS_TOLD && once_or_lock(t)) {
        doing->holders++;
        write_holder(t, number, waits ? &wait : NULL);
    } else if (waits) {
        groups_add(&doing->waiting, number, &wait, wait.objects[0]);
    } else {
        groups_add(&doing->running, number, &(struct task_wait){0}, 0);
    }
}

void dump_tasks(bool running) {
    struct doing doing = {.all = running};
    for (uint32_t i = 1; i <= task_count(); i++) {
        const struct det_task *t = __atomic_load_n(&task_info(i)->live, __ATOMIC_ACQUIRE);
        if (t) {
            look_at(&doing, t, i);
        }
    }
    groups_each(&doing.waiting, write_group);
    groups_each(&doing.running, write_running);
    groups_drop(&doing.waiting);
    groups_drop(&doing.running);
}

void det_dump(void) {
    if (!collect_visit()) { /* no number becomes another's meanwhile */
        return;
    }
    process_describe();
    writer_begin(RECORD_DUMP);
    dump_tasks(true);
    writer_end();
    collect_unvisit();
}
