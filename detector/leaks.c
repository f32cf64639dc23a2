/* leaks.c - who is still blocked when the program ends, or can never run again?
 *
 * Other threads may still run while the end is judged: a task that leaves its wait, or ends, in these
 * microseconds is reported as it was when looked at. Handles are read without a lock; one that
 * ends is still a task's memory (task.h).
 */
#include "detector/leaks.h"

#include "detector/state.h"

struct group {
    uint32_t created_site, wait_site, kind;
    uint32_t count;
    uint32_t sample; /* task number */
    uint64_t serial; /* of the sample */
    struct task_wait wait;
};

struct groups {
    struct group *at; /* open addressing; count 0: free */
    uint32_t n, room;
};

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

static struct group *slot_in(const struct groups *groups, const struct group *key) {
    uint64_t hash = mix64(((uint64_t)key->created_site << 32 | key->wait_site) + key->kind);
    uint32_t at = (uint32_t)hash & (groups->room - 1);
    while (groups->at[at].count &&
           !(groups->at[at].created_site == key->created_site &&
             groups->at[at].wait_site == key->wait_site && groups->at[at].kind == key->kind)) {
        at = (at + 1) & (groups->room - 1);
    }
    return &groups->at[at];
}

static bool make_room(struct groups *groups) {
    if (groups->n + 1 <= groups->room / 2) {
        return true;
    }
    struct groups more = {.room = groups->room ? groups->room * 2 : 64, .n = groups->n};
    more.at = arena_alloc(more.room * sizeof *more.at);
    if (!more.at) {
        return false;
    }
    for (uint32_t i = 0; i < groups->room; i++) {
        if (groups->at[i].count) {
            *slot_in(&more, &groups->at[i]) = groups->at[i];
        }
    }
    arena_free(groups->at, groups->room * sizeof *groups->at);
    *groups = more;
    return true;
}

static void add(struct groups *groups, uint32_t number, const struct task_wait *wait) {
    const struct task_info *info = task_info(number);
    struct group key = {.created_site = info->created_site,
                        .wait_site = wait->site,
                        .kind = wait->kind,
                        .sample = number,
                        .serial = info->serial};
    if (!make_room(groups)) {
        return;
    }
    struct group *group = slot_in(groups, &key);
    if (group->count == 0) {
        *group = key;
        group->wait = *wait;
        groups->n++;
    }
    group->count++;
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
            add(&groups, i, &wait);
        }
    }
    if (groups.n) {
        process_describe();
    }
    /* In the order of their first tasks, so that two runs say the same. */
    uint64_t last = 0;
    for (uint32_t left = groups.n; left > 0; left--) {
        const struct group *next = NULL;
        for (uint32_t i = 0; i < groups.room; i++) {
            const struct group *g = &groups.at[i];
            if (g->count && g->serial > last && (!next || g->serial < next->serial)) {
                next = g;
            }
        }
        if (!next) {
            break;
        }
        last = next->serial;
        report_group(next);
    }
    arena_free(groups.at, groups.room * sizeof *groups.at);
}

void leaks_deadlock(const char *text) {
    process_describe();
    writer_begin(RECORD_DEADLOCK);
    writer_text(ROLE_MESSAGE, text);
    for (uint32_t i = 1; i <= task_count(); i++) {
        struct task_wait wait;
        if (wait_of(i, &wait)) {
            writer_task(i, 1);
            writer_wait(&wait);
        }
    }
    writer_end();
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
