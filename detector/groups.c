/* groups.c - which of many tasks that wait are alike? */
#include "detector/groups.h"

#include "detector/state.h"

#define LISTS 32 /* as many as a number of a group has bits */

static struct group *slot_in(const struct groups *groups, const struct group *key) {
    uint64_t sites = (uint64_t)key->created_site << 32 | key->wait_site;
    uint64_t hash = mix64(mix64(sites + key->kind) + key->object);
    uint32_t at = (uint32_t)hash & (groups->room - 1);
    while (groups->at[at].count &&
           !(groups->at[at].created_site == key->created_site &&
             groups->at[at].wait_site == key->wait_site && groups->at[at].kind == key->kind &&
             groups->at[at].wait.endless == key->wait.endless &&
             groups->at[at].object == key->object)) {
        at = (at + 1) & (groups->room - 1);
    }
    return &groups->at[at];
}

static bool make_room(struct groups *groups) {
    if (groups->n + 1 <= groups->room / 2) {
        return true;
    }
    struct groups more = *groups;
    more.room = groups->room ? groups->room * 2 : 64;
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

/* The group of its like; NULL: no memory. */
static struct group *get(struct groups *groups, const struct group *key) {
    if (!make_room(groups)) {
        return NULL;
    }
    struct group *group = slot_in(groups, key);
    if (group->count == 0) {
        copy_bytes(group, key, sizeof *key); /* an assignment of so much may become a call */
        group->count = 0;
        groups->n++;
    }
    return group;
}

static void join(struct group *into, const struct group *from) {
    uint32_t count = into->count + from->count;
    if (from->serial <= into->serial) {
        copy_bytes(into, from, sizeof *into);
        into->object = 0;
    }
    into->count = count;
}

/* From now on it is the same what they wait for. */
static void forget_objects(struct groups *groups) {
    struct groups alike = {.any_object = true};
    for (uint32_t i = 0; i < groups->room; i++) {
        struct group key;
        copy_bytes(&key, &groups->at[i], sizeof key);
        key.object = 0;
        struct group *into = key.count ? get(&alike, &key) : NULL;
        if (into) {
            join(into, &groups->at[i]);
        }
    }
    groups_drop(groups);
    *groups = alike;
}

void groups_add(struct groups *groups, uint32_t number, const struct task_wait *wait,
                uintptr_t object) {
    const struct task_info *info = task_info(number);
    struct group key = {.created_site = info->created_site,
                        .wait_site = wait->site,
                        .kind = wait->kind,
                        .object = groups->any_object ? 0 : object,
                        .count = 1,
                        .sample = number,
                        .serial = info->serial};
    copy_bytes(&key.wait, wait, sizeof *wait);
    struct group *group = get(groups, &key);
    if (group) {
        group->count++;
    }
    if (groups->n > GROUPS_TOLD_APART && !groups->any_object) {
        forget_objects(groups);
    }
}

/* Two lists in order become one. A list is the number of its first group, counted from 1. */
static uint32_t merge(struct group *at, uint32_t a, uint32_t b) {
    uint32_t first = 0;
    uint32_t *end = &first;
    while (a != 0 && b != 0) {
        uint32_t *least = at[a - 1].serial < at[b - 1].serial ? &a : &b;
        *end = *least;
        end = &at[*least - 1].next;
        *least = *end;
    }
    *end = a != 0 ? a : b;
    return first;
}

/* All of them, by the serials of their samples. list[k] is empty, or of 2^k: as when one counts in twos. */
static uint32_t in_order(const struct groups *groups) {
    uint32_t list[LISTS];
    zero_bytes(list, sizeof list);
    for (uint32_t i = 0; i < groups->room; i++) {
        if (groups->at[i].count == 0) {
            continue;
        }
        uint32_t carry = i + 1;
        uint32_t k = 0;
        for (groups->at[i].next = 0; list[k] != 0; k++) {
            carry = merge(groups->at, list[k], carry);
            list[k] = 0;
        }
        list[k] = carry;
    }
    uint32_t all = 0;
    for (uint32_t k = 0; k < LISTS; k++) {
        all = merge(groups->at, list[k], all);
    }
    return all;
}

void groups_each(const struct groups *groups, void (*see)(const struct group *group)) {
    for (uint32_t i = in_order(groups); i != 0; i = groups->at[i - 1].next) {
        see(&groups->at[i - 1]);
    }
}

void groups_drop(struct groups *groups) {
    arena_free(groups->at, groups->room * sizeof *groups->at);
    *groups = (struct groups){0};
}
