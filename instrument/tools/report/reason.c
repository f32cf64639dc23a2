/* reason.c - why did nothing order these two accesses? */
#include "instrument/tools/report/reason.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/say.h"

/* -- locks -- */

/* "`a` and `b` (reading)"; a new string. */
static char *lock_list(const json_t *locks) {
    char *list = str_copy("");
    size_t i, n = json_array_size(locks);
    json_t *lock;
    json_array_foreach(locks, i, lock) {
        bool reading = field_is(lock, "mode", "read");
        char *longer = str_format("%s%s%s%s", list,
                                  i == 0       ? ""
                                  : i + 1 == n ? " and "
                                               : ", ",
                                  field_text(lock, "label"), reading ? " (for reading)" : "");
        free(list);
        list = longer;
    }
    return list;
}

/* The lock of `locks` with that address; NULL. */
static const json_t *lock_at(const json_t *locks, const char *address) {
    size_t i;
    json_t *lock;
    json_array_foreach(locks, i, lock) {
        if (field_is(lock, "address", address)) {
            return lock;
        }
    }
    return NULL;
}

static const json_t *common_lock(const json_t *a, const json_t *b) {
    size_t i;
    json_t *lock;
    json_array_foreach(a, i, lock) {
        if (lock_at(b, field_text(lock, "address")) != NULL) {
            return lock;
        }
    }
    return NULL;
}

/* Both hold it, so at least one of them reads [HB-RW]: who? */
static char *shared_lock_sentence(const json_t *lock, const json_t *later, const json_t *earlier) {
    const char *address = field_text(lock, "address");
    const json_t *of_later = lock_at(json_object_get(later, "locks"), address);
    const json_t *of_earlier = lock_at(json_object_get(earlier, "locks"), address);
    bool later_reads = field_is(of_later, "mode", "read");
    bool earlier_reads = field_is(of_earlier, "mode", "read");
    if (later_reads && earlier_reads) {
        return str_format("Both held %s, but only for reading: readers do not exclude each other.",
                          field_text(lock, "label"));
    }
    if (!later_reads && !earlier_reads) {
        return str_format("Both held %s, each in a critical section of its own.",
                          field_text(lock, "label"));
    }
    return str_format("Both held %s, but %s only for reading.", field_text(lock, "label"),
                      field_text(later_reads ? later : earlier, "task_label"));
}

char *reason_locks(const json_t *later, const json_t *earlier) {
    const json_t *a = json_object_get(later, "locks"), *b = json_object_get(earlier, "locks");
    const json_t *common = common_lock(a, b);
    if (common != NULL) {
        return shared_lock_sentence(common, later, earlier);
    }
    if (json_array_size(a) == 0 && json_array_size(b) == 0) {
        return str_copy("Neither task held a lock.");
    }
    char *of_a = lock_list(a), *of_b = lock_list(b);
    char *sentence = str_format("No lock protects both: %s held %s, %s held %s.",
                                field_text(later, "task_label"), *of_a == '\0' ? "none" : of_a,
                                field_text(earlier, "task_label"), *of_b == '\0' ? "none" : of_b);
    free(of_a);
    free(of_b);
    return sentence;
}

/* -- order -- */

static json_int_t serial_of(const json_t *access) {
    return field_number(access, "task_serial");
}

/* Was `child`'s task started by `parent`'s? */
static bool started_by(const json_t *tasks, const json_t *child, const json_t *parent) {
    const json_t *task = task_with(tasks, serial_of(child));
    json_t *of = json_object_get(task, "parent_serial");
    return of != NULL && json_integer_value(of) == serial_of(parent);
}

/* "write", "read", "free": what the access is in a sentence. */
static const char *deed(const json_t *access) {
    return field_text(access, "access");
}

static bool is_over(const json_t *tasks, const json_t *access) {
    return field_is(task_with(tasks, serial_of(access)), "state", "finished");
}

/* What the start and the end of tasks would have ordered, and do not. */
static char *family_clause(const json_t *later, const json_t *earlier, const json_t *tasks) {
    const char *a = field_text(earlier, "task_label"), *b = field_text(later, "task_label");
    if (started_by(tasks, later, earlier)) {
        return str_format(" The start does not order them either: %s started %s before this %s.", a,
                          b, deed(earlier));
    }
    if (is_over(tasks, earlier)) {
        return str_format(" That %s has finished orders nothing by itself.", a);
    }
    return str_copy("");
}

/* What was released and learnt. Of a task that is over it is not known what it released last, so
 * nothing is said about that. */
static char *edge_clause(const json_t *later, const json_t *earlier, bool over,
                         const struct raw_order *order) {
    const char *a = field_text(earlier, "task_label"), *b = field_text(later, "task_label");
    const char *did = deed(earlier);
    if (order == NULL) {
        return str_format("no synchronisation leads from the %s of %s to the %s of %s.", did, a,
                          deed(later), b);
    }
    if (order->b_knows_a && (order->a_published || over)) {
        return str_format("what %s last learnt from %s was released before that %s; nothing "
                          "released after it had reached %s.",
                          b, a, did, b);
    }
    if (order->b_knows_a) {
        return str_format("%s has heard from %s before, but %s has released nothing (no send, "
                          "close, unlock, done or the like) since its %s.",
                          b, a, a, did);
    }
    if (order->a_published) {
        return str_format("%s released something after its %s (a send, close, unlock, done or "
                          "the like), but no receive, lock or wait of %s before its own %s leads "
                          "back to it.",
                          a, did, b, deed(later));
    }
    if (over) {
        return str_format("no receive, lock or wait of %s leads back to that %s of %s.", b, did, a);
    }
    return str_format("%s has released nothing (no send, close, unlock, done or the like) since "
                      "its %s, and no receive, lock or wait of %s leads back to it.",
                      a, did, b);
}

/* A race that only another one could bring about (detector/follow.h). */
static char *follow_clause(const json_t *later, const json_t *earlier,
                           const struct raw_order *order) {
    if (order == NULL || !order->follows) {
        return str_copy("");
    }
    return str_format(
        " This race follows from another one: a value written by that %s or after it had "
        "been read, without synchronisation, before the %s of %s. Mend that one first.",
        deed(earlier), deed(later), field_text(later, "task_label"));
}

/* What is often meant to bring an order, and does not. */
static char *sleep_clause(const json_t *later, const struct raw_order *order) {
    if (order == NULL || order->b_slept == 0) {
        return str_copy("");
    }
    const char *b = field_text(later, "task_label");
    return str_format(
        " The last that %s waited for before was a sleep: time that goes by orders nothing.", b);
}

char *reason_unordered(const json_t *later, const json_t *earlier, const json_t *tasks,
                       const struct raw_order *order) {
    char *edge = edge_clause(later, earlier, is_over(tasks, earlier), order);
    char *family = family_clause(later, earlier, tasks);
    char *follow = follow_clause(later, earlier, order);
    char *slept = sleep_clause(later, order);
    char *sentence = str_format("Nothing orders them: %s%s%s%s", edge, family, slept, follow);
    free(slept);
    free(follow);
    free(edge);
    free(family);
    return sentence;
}
