/* holders.c - see holders.h. */
#include "instrument/tools/report/holders.h"

#include <string.h>

#include "detector/event.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/say.h"

static const char *address_of(const json_t *task) {
    const json_t *objects = json_object_get(json_object_get(task, "wait"), "objects");
    const json_t *object = json_array_get(objects, 0);
    return object == NULL ? "" : field_text(object, "address");
}

/* Says of `waiter` that `holder` holds what it waits for, if so. */
static void note_holder(json_t *waiter, const json_t *holder) {
    size_t i;
    json_t *lock, *wait = json_object_get(waiter, "wait");
    json_array_foreach(json_object_get(holder, "holds"), i, lock) {
        if (wait == NULL || strcmp(field_text(lock, "address"), address_of(waiter)) != 0) {
            continue;
        }
        json_t *by = json_object(), *all = json_object_get(wait, "held_by");
        if (all == NULL) {
            all = json_array();
            json_object_set_new(wait, "held_by", all);
        }
        field_set_text(by, "label", field_text(holder, "label"));
        json_object_set(by, "taken", json_object_get(lock, "taken"));
        field_set_flag(by, "runs", field_is(lock, "mode", "once"));
        field_set_flag(by, "reads", field_is(lock, "mode", "read"));
        field_set_flag(by, "ended", field_is(holder, "state", "finished"));
        field_set_flag(by, "in_parent", field_is(holder, "state", "in-parent"));
        json_array_append_new(all, by);
    }
}

static bool waits_in(const json_t *task, enum ev_wait_kind kind) {
    const json_t *wait = json_object_get(task, "wait");
    return wait != NULL && field_number(wait, "kind_number") == kind;
}

static bool waits_to_write(const json_t *task) {
    return waits_in(task, EV_WAIT_RWMUTEX_WRITE) || waits_in(task, EV_WAIT_PTHREAD_RWLOCK_WRITE);
}

static bool is_read(const json_t *tasks, const char *address) {
    size_t i, k;
    json_t *task, *lock;
    json_array_foreach(tasks, i, task) {
        json_array_foreach(json_object_get(task, "holds"), k, lock) {
            if (field_is(lock, "address", address)) {
                return field_is(lock, "mode", "read");
            }
        }
    }
    return false;
}

/* Of those who wait to write, who has waited longest. NULL: nobody does. */
static const json_t *first_writer(const json_t *tasks, const char *address) {
    size_t i;
    json_t *task;
    const json_t *first = NULL;
    json_int_t longest = -1;
    json_array_foreach(tasks, i, task) {
        json_int_t waited = field_number(json_object_get(task, "wait"), "waiting_ms");
        if (waits_to_write(task) && strcmp(address_of(task), address) == 0 && waited > longest) {
            first = task;
            longest = waited;
        }
    }
    return first;
}

/* A reader does not wait for readers: it waits for one who wants to write and came first [RW-04]. */
static void note_writer(json_t *reader, const json_t *tasks) {
    const char *address = address_of(reader);
    const json_t *writer = is_read(tasks, address) ? first_writer(tasks, address) : NULL;
    if (writer != NULL) {
        json_object_set(json_object_get(reader, "wait"), "behind",
                        json_object_get(writer, "label"));
    }
}

void holders_note(json_t *tasks, bool proved) {
    size_t i, j;
    json_t *waiter, *holder;
    json_array_foreach(tasks, i, waiter) {
        json_array_foreach(tasks, j, holder) {
            note_holder(waiter, holder);
        }
        if (waits_in(waiter, EV_WAIT_RWMUTEX_READ) ||
            (proved && waits_in(waiter, EV_WAIT_PTHREAD_RWLOCK_READ))) {
            note_writer(waiter, tasks);
        }
    }
}

const char *holders_as(const json_t *by) {
    return field_is_set(by, "reads") ? " for reading" : "";
}

const char *holders_taken(const json_t *lock) {
    return field_is(lock, "mode", "once")   ? "begun"
           : field_is(lock, "mode", "read") ? "taken for reading"
                                            : "taken";
}

char *holders_words(const json_t *task, size_t i) {
    const json_t *by = json_array_get(json_object_get(json_object_get(task, "wait"), "held_by"), i);
    bool own = field_is(by, "label", field_text(task, "label")), runs = field_is_set(by, "runs");
    if (own && i == 0) {
        return str_format(", which it %s itself%s", runs ? "runs" : "holds", holders_as(by));
    }
    return str_format("%s%s%s%s",
                      i != 0 ? ", "
                      : runs ? ", run by "
                             : ", held by ",
                      own ? "itself" : field_text(by, "label"), piece_gone(by), holders_as(by));
}

const json_t *holders_own_share(const json_t *task) {
    const json_t *wait = json_object_get(task, "wait");
    size_t i;
    json_t *by;
    json_array_foreach(json_object_get(wait, "held_by"), i, by) {
        if (waits_to_write(task) && field_is_set(by, "reads") &&
            field_is(by, "label", field_text(task, "label"))) {
            return by;
        }
    }
    return NULL;
}

/* Neither for a lock that somebody is known to hold, nor to join, nor for what does not exist; nor does time end it, or input. */
static bool is_by_anybody(const json_t *wait) {
    static const enum ev_wait_kind by_none[] = {EV_WAIT_CHAN_SEND_NIL, EV_WAIT_CHAN_RECEIVE_NIL,
                                                EV_WAIT_SELECT_NIL,    EV_WAIT_SELECT_NO_CASES,
                                                EV_WAIT_SLEEP,         EV_WAIT_IO,
                                                EV_WAIT_PANIC};
    static const char *const names[] = {"held_by", "waker", "deadline_in_ms"};
    bool is_so = wait != NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        is_so = is_so && json_object_get(wait, names[i]) == NULL;
    }
    for (size_t i = 0; i < sizeof by_none / sizeof by_none[0]; i++) {
        is_so = is_so && field_number(wait, "kind_number") != by_none[i];
    }
    return is_so;
}

const json_t *holders_kept_out(const json_t *tasks, const json_t *task, const json_t **how) {
    const char *label = field_text(task, "label");
    size_t i, k;
    json_t *other, *by;
    if (!is_by_anybody(json_object_get(task, "wait"))) {
        return NULL;
    }
    json_array_foreach(tasks, i, other) {
        json_array_foreach(json_object_get(json_object_get(other, "wait"), "held_by"), k, by) {
            if (field_is(by, "label", label)) {
                *how = by;
                return other;
            }
        }
    }
    return NULL;
}
