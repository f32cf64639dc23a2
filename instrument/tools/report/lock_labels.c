/* lock_labels.c - see lock_labels.h. */
#include "instrument/tools/report/lock_labels.h"

#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/say.h"

/* Calls visit for each lock that is held, or else each object that is waited for. */
static void each(json_t *tasks, bool held, void (*visit)(json_t *thing, json_t *with),
                 json_t *with) {
    size_t i, k;
    json_t *task, *thing;
    json_array_foreach(tasks, i, task) {
        const json_t *wait = json_object_get(task, "wait");
        const json_t *things =
            held ? json_object_get(task, "holds") : json_object_get(wait, "objects");
        json_array_foreach(things, k, thing) {
            visit(thing, with);
        }
    }
}

/* with: {address: label} */
static void note_label(json_t *object, json_t *with) {
    json_object_set(with, field_text(object, "address"), json_object_get(object, "label"));
}

static void take_label(json_t *lock, json_t *with) {
    json_t *label = json_object_get(with, field_text(lock, "address"));
    if (label != NULL && json_object_get(lock, "name") == NULL) {
        json_object_set(lock, "label", label);
    }
}

/* with: {label: the address of the first that has it, or true: others have it, too} */
static void note_address(json_t *thing, json_t *with) {
    const char *label = field_text(thing, "label");
    json_t *address = json_object_get(thing, "address"), *known = json_object_get(with, label);
    bool other = known != NULL && !json_equal(known, address);
    if (address != NULL) {
        json_object_set_new(with, label, other ? json_true() : json_incref(address));
    }
}

/* Of objects only those that somebody holds: to others there is nothing to tell apart. */
static void note_other_address(json_t *object, json_t *with) {
    if (json_object_get(with, field_text(object, "label")) != NULL) {
        note_address(object, with);
    }
}

static void add_address(json_t *thing, json_t *with) {
    const char *label = field_text(thing, "label"), *address = field_text(thing, "address");
    if (json_is_true(json_object_get(with, label)) && json_object_get(thing, "name") == NULL &&
        strstr(label, address) == NULL) {
        field_take_text(thing, "label", str_format("%s (%s)", label, address));
    }
}

void lock_labels(json_t *tasks) {
    json_t *labels = json_object(), *addresses = json_object();
    each(tasks, false, note_label, labels);
    each(tasks, true, take_label, labels);
    each(tasks, true, note_address, addresses);
    each(tasks, false, note_other_address, addresses);
    each(tasks, false, add_address, addresses);
    each(tasks, true, add_address, addresses);
    json_decref(labels);
    json_decref(addresses);
}
