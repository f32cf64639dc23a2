/* lock_labels.c - see lock_labels.h. */
#include "instrument/tools/report/lock_labels.h"

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

/* -- one label, wherever it is told -- */

/* with: {address: object} */
static void note_object(json_t *object, json_t *with) {
    json_object_set(with, field_text(object, "address"), object);
}

static void take_label(json_t *lock, json_t *with) {
    const json_t *object = json_object_get(with, field_text(lock, "address"));
    if (object != NULL && json_object_get(lock, "name") == NULL) {
        json_object_set(lock, "label", json_object_get(object, "label"));
        json_object_set(lock, "kind", json_object_get(object, "kind"));
    }
}

/* -- another label than all others -- */

/* with: {label: {address: its number}} */
static void note_address(json_t *thing, json_t *with) {
    const char *label = field_text(thing, "label"), *address = field_text(thing, "address");
    json_t *numbers = json_object_get(with, label);
    if (numbers == NULL) {
        numbers = json_object();
        json_object_set_new(with, label, numbers);
    }
    if (json_object_get(numbers, address) == NULL) {
        field_set_number(numbers, address, (json_int_t)json_object_size(numbers) + 1);
    }
}

/* Of objects only those that somebody holds: to others there is nothing to tell apart. */
static void note_other_address(json_t *object, json_t *with) {
    if (json_object_get(with, field_text(object, "label")) != NULL) {
        note_address(object, with);
    }
}

static void add_number(json_t *thing, json_t *with) {
    const json_t *numbers = json_object_get(with, field_text(thing, "label"));
    if (json_object_size(numbers) < 2 || json_object_get(thing, "place") == NULL) {
        return;
    }
    field_take_text(thing, "short",
                    str_format("%s %" JSON_INTEGER_FORMAT, field_text(thing, "kind"),
                               field_number(numbers, field_text(thing, "address"))));
    field_take_text(thing, "label",
                    str_format("%s %s", field_text(thing, "short"), field_text(thing, "place")));
}

/* -- both -- */

void lock_labels(json_t *tasks) {
    json_t *objects = json_object(), *numbers = json_object();
    each(tasks, false, note_object, objects);
    each(tasks, true, take_label, objects);
    each(tasks, true, note_address, numbers);
    each(tasks, false, note_other_address, numbers);
    each(tasks, false, add_number, numbers);
    each(tasks, true, add_number, numbers);
    json_decref(objects);
    json_decref(numbers);
}

void lock_labels_apart(json_t *locks) {
    json_t *numbers = json_object(), *lock;
    size_t i;
    json_array_foreach(locks, i, lock) {
        note_address(lock, numbers);
    }
    json_array_foreach(locks, i, lock) {
        add_number(lock, numbers);
    }
    json_decref(numbers);
}

const char *lock_label_short(const json_t *lock) {
    const char *name = json_string_value(json_object_get(lock, "short"));
    return name != NULL ? name : field_text(lock, "label");
}
