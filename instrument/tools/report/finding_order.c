/* finding_order.c - locks that tasks take in orders which could leave them all waiting.
 *
 * The record holds, for each task of the cycle, the lock it held and the one it took then (detector/lockorder.h);
 * a task with one lock writes what the next one has read, and the one before (of two: the same) reads then. Tasks without locks are parents, who stand
 * there to be named.
 */
#include "instrument/tools/report/findings.h"

#include <stdlib.h>
#include <string.h>

#include "detector/event.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/hint.h"
#include "instrument/tools/report/lock_labels.h"
#include "instrument/tools/report/say.h"

#define NAMED_AT_MOST 4 /* tasks in a title */

/* One task of the cycle; NULL: the item is a parent. */
static json_t *step_of(const struct scene *scene, size_t item, json_t *tasks) {
    json_t *locks = piece_locks(scene, item), *step = NULL;
    size_t n = json_array_size(locks);
    if (n == 1 || n == 2) {
        json_t *task = piece_task(scene, item);
        step = json_object();
        field_set_text(step, "task_label", field_text(task, "label"));
        field_set_number(step, "task_serial", field_number(task, "serial"));
        if (n == 2) {
            json_object_set(step, "holds", json_array_get(locks, 0));
        }
        json_object_set(step, "takes", json_array_get(locks, n - 1));
        json_array_append_new(tasks, task);
    }
    json_decref(locks);
    return step;
}

/* Of a lock that is read while another task writes, the first of the record: whether writers go first,
 * wherever the program runs. */
static bool is_portable(const struct scene *scene) {
    size_t at = raw_next(scene->record, RAW_NO_OWNER, ITEM_LOCK);
    struct raw_lock writes = {0}, raw;
    bool portable = true;
    for (; at != RAW_NO_OWNER; at = raw_next(scene->record, at, ITEM_LOCK)) {
        raw_copy(&scene->record->items[at], &raw, sizeof raw);
        writes = writes.addr == 0 ? raw : writes;
        bool read = raw.addr == writes.addr && (raw.mode & EV_LOCK_READ) != 0;
        portable = portable && !(read && (raw.mode & EV_LOCK_WRITERS_FIRST) == 0);
    }
    return portable;
}

static const char *label_in(const json_t *step, const char *lock, bool whole) {
    const json_t *named = json_object_get(step, lock);
    return whole ? field_text(named, "label") : lock_label_short(named);
}

/* "thread 2 takes `a`, then `b`; thread 3 takes `b`, then `a`". */
static char *orders_of(const json_t *cycle) {
    char *all = str_copy("");
    size_t i;
    json_t *step;
    json_array_foreach(cycle, i, step) {
        const char *task = field_text(step, "task_label");
        const char *taken = label_in(step, "takes", i == 0);
        const char *gap = i == 0 ? "" : "; ";
        char *more = json_object_get(step, "holds") == NULL
                         ? str_format("%s%s%s writes %s", all, gap, task, taken)
                         : str_format("%s%s%s takes %s, then %s", all, gap, task,
                                      label_in(step, "holds", i == 0), taken);
        free(all);
        all = more;
    }
    return all;
}

static char *title_of(const json_t *cycle) {
    size_t n = json_array_size(cycle);
    if (n > NAMED_AT_MOST) {
        return str_format(
            "lock order: %zu tasks take %zu locks in a circle, and could all wait for "
            "each other",
            n, n);
    }
    char *orders = orders_of(cycle);
    char *title = str_format("lock order: %s", orders);
    free(orders);
    return title;
}

static char *title_of_again(const json_t *writes, const json_t *again) {
    return str_format(
        "lock order: %s takes %s for reading, then again; %s writes, and could come in "
        "between",
        field_text(again, "task_label"), label_in(again, "takes", true),
        field_text(writes, "task_label"));
}

static void tell_apart(const json_t *cycle) {
    json_t *locks = json_array(), *step;
    size_t i;
    json_array_foreach(cycle, i, step) {
        json_array_append(locks, json_object_get(step, "holds"));
        json_array_append(locks, json_object_get(step, "takes"));
    }
    lock_labels_apart(locks);
    json_decref(locks);
}

json_t *finding_order(const struct scene *scene, bool portability) {
    json_t *cycle = json_array(), *tasks = json_array();
    size_t at = RAW_NO_OWNER;
    while ((at = raw_next(scene->record, at, ITEM_TASK)) != RAW_NO_OWNER) {
        json_t *step = step_of(scene, at, tasks);
        if (step != NULL) {
            json_array_append_new(cycle, step);
        }
    }
    if (json_array_size(cycle) < 2) {
        json_decref(cycle);
        json_decref(tasks);
        return NULL;
    }
    tell_apart(cycle);
    json_t *finding = json_object(), *first = json_array_get(cycle, 0);
    bool writes = json_object_get(first, "holds") == NULL;
    bool again = writes && json_array_size(cycle) == 2;
    bool fails = !writes || portability || is_portable(scene);
    field_set_text(finding, "kind", "lock-order");
    field_take_text(finding, "title",
                    again ? title_of_again(first, json_array_get(cycle, 1)) : title_of(cycle));
    field_set_text(finding, "severity", fails ? "error" : "portability");
    json_object_set_new(finding, "cycle", cycle);
    json_object_set_new(finding, "tasks", tasks);
    field_take_text(finding, "hint", hint_order(finding));
    return finding;
}
