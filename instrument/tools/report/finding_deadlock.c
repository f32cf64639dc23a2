/* finding_deadlock.c - tasks that can never run again.
 *
 * Two kinds of records: one with a message is the runtime's, of all its tasks; one without is a set of tasks
 * that only its own members could wake (detector/deadlock.h), with the locks and onces that the others wait for, and
 * with those "behind", which only wait for them. A task of such a set that waits for nothing has ended, holding
 * a lock.
 *
 * Where a set was told while others ran, and these have come to a stop, too, the runtime's record has them all. Most
 * often they wait for the set, by a waitgroup or channel that names nobody: that is one defect, told once, and of the
 * others it is said that they stand still as well. An error to the side of silence: who waits for another reason is
 * told there, but does not count by himself.
 */
#include "instrument/tools/report/findings.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "detector/event.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/hint.h"
#include "instrument/tools/report/holders.h"
#include "instrument/tools/report/library.h"
#include "instrument/tools/report/lock_labels.h"
#include "instrument/tools/report/say.h"

#define NAMED_AT_MOST 4 /* tasks in a title */

/* But for those that have ended, or are in the parent process, who stand there for the locks that they took. */
static json_int_t count_tasks(const json_t *tasks) {
    json_int_t n = 0;
    size_t i;
    json_t *task;
    json_array_foreach(tasks, i, task) {
        bool over = field_is(task, "state", "finished") || field_is(task, "state", "in-parent");
        n = number_sum(n, over ? 0 : field_number(task, "count"));
    }
    return n;
}

/* Those that only stand in the record to be named are taken away. */
static json_t *without_parents(json_t *tasks) {
    for (size_t i = json_array_size(tasks); i-- > 0;) {
        const json_t *task = json_array_get(tasks, i);
        if (json_object_get(task, "wait") == NULL && json_object_get(task, "holds") == NULL) {
            json_array_remove(tasks, i);
        }
    }
    return tasks;
}

/* -- a set of threads ----------------------------------------------------------------------- */

/* The set, each task with the locks that it holds and others want. */
static json_t *set_of(const struct scene *scene) {
    json_t *tasks = json_array();
    size_t at = RAW_NO_OWNER;
    while ((at = raw_next(scene->record, at, ITEM_TASK)) != RAW_NO_OWNER) {
        json_t *task = piece_task(scene, at), *locks = piece_locks(scene, at);
        if (json_array_size(locks) != 0) {
            json_object_set(task, "holds", locks);
        }
        json_decref(locks);
        if (scene->record->items[at].role == ROLE_BEHIND) {
            json_object_set_new(task, "behind", json_true());
        }
        json_array_append_new(tasks, task);
    }
    return tasks;
}

static const char *object_of(const json_t *task, const char *field) {
    const json_t *objects = json_object_get(json_object_get(task, "wait"), "objects");
    const json_t *object = json_array_get(objects, 0);
    return object == NULL ? "" : field_text(object, field);
}

/* Whether it is one of those that wait for each other, not behind them, nor a holder that has ended. */
static bool is_of_core(const json_t *task) {
    return json_object_get(task, "wait") != NULL && json_object_get(task, "behind") == NULL;
}

/* "main, thread 2 and thread 3". */
static char *names_of(const json_t *tasks, size_t n) {
    char *names = str_copy("");
    size_t i, named = 0;
    json_t *task;
    json_array_foreach(tasks, i, task) {
        if (!is_of_core(task)) {
            continue;
        }
        const char *between = named == 0 ? "" : named + 1 == n ? " and " : ", ";
        char *more = str_format("%s%s%s", names, between, field_text(task, "label"));
        free(names);
        names = more;
        named++;
    }
    return names;
}

/* Others can run, and could wake it, but for want of a way to it. */
static bool is_cut_off(const json_t *task) {
    return json_object_get(json_object_get(task, "wait"), "cut_off") != NULL;
}

static char *title_of_one(const json_t *task) {
    const char *label = field_text(task, "label"), *object = object_of(task, "label");
    const json_t *wait = json_object_get(task, "wait");
    const json_t *by = json_array_get(json_object_get(wait, "held_by"), 0);
    if (by != NULL && json_object_get(by, "ended") != NULL) {
        return str_format("deadlock: %s waits for %s, whose holder, %s, has ended", label, object,
                          field_text(by, "label"));
    }
    if (by != NULL && json_object_get(by, "in_parent") != NULL) {
        return str_format("deadlock: %s waits for %s, whose holder, %s, a fork has left behind in "
                          "the parent process",
                          label, object, field_text(by, "label"));
    }
    if (by != NULL && strcmp(field_text(by, "label"), label) == 0) {
        return str_format("deadlock: %s waits for %s, which it %s itself%s", label, object,
                          field_is_set(by, "runs") ? "runs" : "holds", holders_as(by));
    }
    if (piece_says_own(task)) {
        return str_format("deadlock: %s waits for %s, which says that %s holds it", label, object,
                          label);
    }
    if (is_cut_off(task)) {
        return str_format("deadlock: %s waits in %s, and no task that can run can reach what it "
                          "waits for",
                          label, library_wait_name(wait));
    }
    if (field_number(wait, "objects_total") == 0) { /* of NULL, or of no cases */
        return str_format("deadlock: %s waits in %s, which nobody can end", label,
                          library_wait_name(wait));
    }
    return str_format("deadlock: %s waits in %s, and nobody is left to end the wait", label,
                      library_wait_name(wait));
}

static bool any_cut_off(const json_t *tasks) {
    size_t i;
    json_t *task;
    json_array_foreach(tasks, i, task) {
        if (is_of_core(task) && is_cut_off(task)) {
            return true;
        }
    }
    return false;
}

/* One of those behind could have woken one of the core, but for a lock that this one holds. */
static bool any_kept_out(const json_t *tasks) {
    size_t i;
    json_t *task;
    const json_t *how;
    json_array_foreach(tasks, i, task) {
        const json_t *other = is_of_core(task) ? holders_kept_out(tasks, task, &how) : NULL;
        if (other != NULL && !is_of_core(other)) {
            return true;
        }
    }
    return false;
}

static const char *why_of_set(const json_t *tasks) {
    return any_cut_off(tasks)    ? "wait, and no task that can run can reach what they wait for"
           : any_kept_out(tasks) ? "wait, and nobody is left to end these waits"
                                 : "wait for each other, none can ever run again";
}

static char *title_of_set(const json_t *tasks) {
    size_t i, n = 0;
    json_int_t all = 0;
    json_t *task;
    const json_t *waits = NULL;
    json_array_foreach(tasks, i, task) {
        if (is_of_core(task)) {
            waits = task;
            all = number_sum(all, field_number(task, "count"));
            n++;
        }
    }
    if (all == 1) {
        return title_of_one(waits);
    }
    const char *why = why_of_set(tasks);
    if (n != (size_t)all || n > NAMED_AT_MOST) { /* some stand for others */
        return str_format("deadlock: %" JSON_INTEGER_FORMAT " tasks %s", all, why);
    }
    char *names = names_of(tasks, n);
    char *title = str_format("deadlock: %s %s", names, why);
    free(names);
    return title;
}

/* -- all goroutines ------------------------------------------------------------------------- */

static void title_of_all(json_t *finding, const json_t *tasks) {
    json_int_t n = count_tasks(tasks);
    if (n == 1) {
        field_take_text(finding, "title", title_of_one(json_array_get(tasks, 0)));
    } else if (n == 0) { /* TX-06 */
        field_set_text(
            finding, "title",
            "deadlock: main called rdl_goexit and no other task is left to end the process");
    } else {
        field_take_text(finding, "title",
                        str_format("deadlock: all %" JSON_INTEGER_FORMAT
                                   " tasks wait for each other, "
                                   "none can ever run again",
                                   n));
    }
}

/* -- all tasks, while they go on ------------------------------------------------------------ */

static json_int_t count_waiting(const json_t *tasks) {
    json_int_t n = 0;
    size_t i;
    json_t *task;
    json_array_foreach(tasks, i, task) {
        bool waits = json_object_get(task, "wait") != NULL;
        n = number_sum(n, waits ? field_number(task, "count") : 0);
    }
    return n;
}

json_t *finding_waiters(const struct scene *scene) {
    json_t *tasks = set_of(scene);
    holders_note(tasks, false);
    lock_labels(tasks);
    return tasks;
}

json_t *finding_dump(const struct scene *scene) {
    json_t *tasks = set_of(scene), *dump = json_object();
    holders_note(tasks, false);
    lock_labels(tasks);
    field_take_text(dump, "title",
                    str_format("process %" PRIu32 ": %" JSON_INTEGER_FORMAT
                               " tasks, of which %" JSON_INTEGER_FORMAT " wait",
                               scene->record->pid, count_tasks(tasks), count_waiting(tasks)));
    field_set_text(dump, "severity", "note");
    json_object_set_new(dump, "tasks", tasks);
    return dump;
}

/* Consumes tasks. */
static json_t *waiting_first(json_t *tasks) {
    json_t *sorted = json_array(), *task;
    for (int waits = 1; waits >= 0; waits--) {
        size_t i;
        json_array_foreach(tasks, i, task) {
            if ((json_object_get(task, "wait") != NULL) == waits) {
                json_array_append(sorted, task);
            }
        }
    }
    json_decref(tasks);
    return sorted;
}

json_t *finding_timeout(const struct scene *scene) {
    json_t *tasks = waiting_first(set_of(scene)), *finding = json_object();
    holders_note(tasks, false);
    lock_labels(tasks);
    field_set_text(finding, "kind", "deadlock");
    field_take_text(finding, "title",
                    str_format("time is up: %" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT
                               " tasks waiting",
                               count_waiting(tasks), count_tasks(tasks)));
    field_set_text(finding, "severity", "note");
    field_set_text(finding, "class", "timeout");
    json_object_set_new(finding, "tasks", tasks);
    field_set_text(finding, "hint",
                   "What to do: if the program is only slow, give it more time (--timeout); if a "
                   "task waits for what does not come, look for who should bring it, and where "
                   "that one is now.");
    return finding;
}

/* -- what a set led to ---------------------------------------------------------------------- */

static bool is_of_all(const struct raw_record *record) {
    return raw_find(record, RAW_NO_OWNER, ITEM_TEXT, ROLE_MESSAGE) != NULL;
}

/* Another record of the log, which is of the same process, as a scene; false: it is none. */
static bool sibling(const struct scene *scene, size_t index, struct scene *other) {
    *other = *scene;
    other->index = index;
    other->record = &scene->log->records[index];
    other->process = process_of(scene->processes, scene->log, index);
    return other->record->kind == RECORD_DEADLOCK && other->record->pid == scene->record->pid &&
           other->process == scene->process;
}

/* The item of a task that waits; RAW_NO_OWNER: it does not stand there, or does not wait. */
static size_t find_waiting(const struct scene *scene, uint64_t serial) {
    size_t item = piece_find_task(scene, serial);
    bool waits =
        item != RAW_NO_OWNER && raw_find(scene->record, item, ITEM_WAIT, ROLE_NONE) != NULL;
    return waits ? item : RAW_NO_OWNER;
}

static uint64_t serial_of(const struct scene *scene, size_t item) {
    struct raw_task raw;
    raw_copy(&scene->record->items[item], &raw, sizeof raw);
    return raw.serial;
}

static bool is_core(const struct scene *set, size_t item) {
    return set->record->items[item].role != ROLE_BEHIND &&
           raw_find(set->record, item, ITEM_WAIT, ROLE_NONE) != NULL;
}

/* Does it only tell who else is held up by a deadlock that was told before? */
static bool is_sequel(const struct scene *set) {
    size_t at = RAW_NO_OWNER;
    while ((at = raw_next(set->record, at, ITEM_TASK)) != RAW_NO_OWNER) {
        if (is_core(set, at)) {
            return false;
        }
    }
    return true;
}

/* Do all who wait in the set still wait when all have stopped? */
static bool still_waits(const struct scene *set, const struct scene *all) {
    size_t at = RAW_NO_OWNER, n = 0;
    while ((at = raw_next(set->record, at, ITEM_TASK)) != RAW_NO_OWNER) {
        bool core = is_core(set, at);
        if (core && find_waiting(all, serial_of(set, at)) == RAW_NO_OWNER) {
            return false;
        }
        n += core;
    }
    return n != 0;
}

/* Nobody could ever end it, whatever else had not happened. */
static bool is_for_nothing(uint32_t kind) {
    return kind == EV_WAIT_CHAN_SEND_NIL || kind == EV_WAIT_CHAN_RECEIVE_NIL ||
           kind == EV_WAIT_SELECT_NO_CASES || kind == EV_WAIT_SELECT_NIL;
}

static bool has_wait_for_nothing(const struct scene *scene) {
    size_t at = RAW_NO_OWNER;
    while ((at = raw_next(scene->record, at, ITEM_WAIT)) != RAW_NO_OWNER) {
        struct raw_wait raw;
        raw_copy(&scene->record->items[at], &raw, sizeof raw);
        if (is_for_nothing(raw.kind)) {
            return true;
        }
    }
    return false;
}

size_t finding_deadlock_before(const struct scene *scene) {
    struct scene set;
    bool sequel = is_sequel(scene);
    if (!sequel && (!is_of_all(scene->record) || has_wait_for_nothing(scene))) {
        return RAW_NO_OWNER;
    }
    for (size_t i = 0; i < scene->index; i++) {
        if (sibling(scene, i, &set) && !is_of_all(set.record) && !is_sequel(&set) &&
            (sequel || still_waits(&set, scene))) {
            return i;
        }
    }
    return RAW_NO_OWNER;
}

/* Was the task told with an earlier set than `all`? */
static bool is_told(const struct scene *all, uint64_t serial) {
    struct scene set;
    for (size_t i = 0; i < all->index; i++) {
        if (sibling(all, i, &set) && piece_find_task(&set, serial) != RAW_NO_OWNER) {
            return true;
        }
    }
    return false;
}

/* Those who wait in `all`, but were not told before. */
static void add_stopped(json_t *tasks, const struct scene *all) {
    json_t *stopped = without_parents(set_of(all)), *task;
    size_t i;
    json_array_foreach(stopped, i, task) {
        if (!is_told(all, (uint64_t)field_number(task, "serial"))) {
            json_object_set_new(task, "behind", json_true());
            json_object_set_new(task, "presumed", json_true());
            json_array_append(tasks, task);
        }
    }
    json_decref(stopped);
}

static void add_consequences(json_t *tasks, const struct scene *scene) {
    struct scene all;
    for (size_t i = scene->index + 1; i < scene->log->n_records; i++) {
        if (sibling(scene, i, &all) && finding_deadlock_before(&all) == scene->index) {
            add_stopped(tasks, &all);
        }
    }
}

/* -- handlers of signals -------------------------------------------------------------------- */

/* The innermost call of the item's stack; 0: none is known. */
static uint64_t call_at(const struct raw_record *record, size_t owner) {
    const struct raw_item *stack = raw_find(record, owner, ITEM_STACK, ROLE_WHERE);
    uint64_t pc = 0;
    if (stack != NULL && stack->bytes >= sizeof pc) {
        raw_copy(stack, &pc, sizeof pc);
    }
    return pc;
}

/* Does record `index` say of a call of this process that it is made in a handler? */
static bool tells_of_handler(const struct scene *scene, size_t index, uint64_t call) {
    const struct raw_record *record = &scene->log->records[index];
    const struct raw_item *item = raw_find(record, RAW_NO_OWNER, ITEM_MISUSE, ROLE_NONE);
    struct raw_misuse misuse;
    if (record->kind != RECORD_MISUSE || record->pid != scene->record->pid || item == NULL ||
        process_of(scene->processes, scene->log, index) != scene->process) {
        return false;
    }
    raw_copy(item, &misuse, sizeof misuse);
    return misuse.what == MISUSE_UNSAFE_IN_HANDLER && call_at(record, RAW_NO_OWNER) == call;
}

/* Stacks do not show where a signal came: the misuse of the call that waits does. Without that check it is not known. */
static bool waits_in_handler(const struct scene *scene) {
    size_t at = RAW_NO_OWNER;
    while ((at = raw_next(scene->record, at, ITEM_WAIT)) != RAW_NO_OWNER) {
        uint64_t call = call_at(scene->record, at);
        for (size_t i = 0; call != 0 && i < scene->log->n_records; i++) {
            if (tells_of_handler(scene, i, call)) {
                return true;
            }
        }
    }
    return false;
}

/* -- either --------------------------------------------------------------------------------- */

json_t *finding_deadlock(const struct scene *scene) {
    bool of_all = is_of_all(scene->record);
    json_t *tasks = of_all ? without_parents(set_of(scene)) : set_of(scene);
    json_t *finding = json_object();
    if (!of_all) {
        add_consequences(tasks, scene);
    }
    field_set_text(finding, "kind", "deadlock");
    holders_note(tasks, true);
    lock_labels(tasks);
    if (of_all) {
        title_of_all(finding, tasks);
    } else {
        field_take_text(finding, "title", title_of_set(tasks));
    }
    field_set_text(finding, "severity", "error");
    json_object_set_new(finding, "tasks", tasks);
    field_take_text(finding, "hint", hint_deadlock(finding, waits_in_handler(scene)));
    return finding;
}
