/* groups.c - which of many tasks that wait are alike? */
#include "detector/groups.h"

#include "detector/state.h"

static struct group *slot_in(const struct groups *groups, const struct group *key) {
    uint64_t sites = (uint64_t)key->created_site << 32 | key->wait_site;
    uint64_t hash = mix64(mix64(sites + key->kind) + key->object);
    uint32_t at = (uint32_t)hash & (groups->room - 1);
    while (groups->at[at].count &&
           !(groups->at[at].created_site == key->created_site &&
             groups->at[at].wait_site == key->wait_site && groups->at[at].kind == key->kind &&
             groups->at[at].object == key->object)) {
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
            copy_bytes(slot_in(&more, &groups->at[i]), &groups->at[i], sizeof *groups->at);
        }
    }
    arena_free(groups->at, groups->room * sizeof *groups->at);
    *groups = more;
    return true;
}

void groups_add(struct groups *groups, uint32_t number, const struct task_wait *wait,
                uintptr_t object) {
    const struct task_info *info = task_info(number);
    struct group key = {.created_site = info->created_site,
                        .wait_site = wait->site,
                        .kind = wait->kind,
                        .object = object,
                        .sample = number,
                        .serial = info->serial};
    if (!make_room(groups)) {
        return;
    }
    struct group *group = slot_in(groups, &key);
    if (group->count == 0) {
        copy_bytes(group, &key, sizeof key); /* an assignment of so much may become a call */
        copy_bytes(&group->wait, wait, sizeof *wait);
        groups->n++;
    }
    group->count++;
}

void groups_each(const struct groups *groups, void (*see)(const struct group *group)) {
    uint64_t last = 0;
    for (uint32_t left = groups->n; left > 0; left--) {
        const struct group *next = NULL;
        for (uint32_t i = 0; i < groups->room; i++) {
            const struct group *g = &groups->at[i];
            if (g->count && g->serial > last && (!next || g->serial < next->serial)) {
                next = g;
            }
        }
        if (!next) {
            break;
        }
        last = next->serial;
        see(next);
    }
}

void groups_drop(struct groups *groups) {
    arena_free(groups->at, groups->room * sizeof *groups->at);
    *groups = (struct groups){0};
}
