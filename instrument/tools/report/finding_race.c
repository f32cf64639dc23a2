/* finding_race.c - a data race: two accesses, their tasks, the object, and why nothing orders them.
 */
#include "instrument/tools/report/findings.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "detector/event.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/heap_type.h"
#include "instrument/tools/report/hint.h"
#include "instrument/tools/report/lock_labels.h"
#include "instrument/tools/report/origin.h"
#include "instrument/tools/report/reason.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/value.h"

struct race {
    size_t item[2]; /* the later access, the earlier one */
    struct raw_access access[2];
    struct type_part part; /* of the object, where both touched it, as far as that is known */
};

static bool find_accesses(const struct raw_record *record, struct race *race) {
    size_t at = RAW_NO_OWNER;
    for (int i = 0; i < 2; i++) {
        at = raw_next(record, at, ITEM_ACCESS);
        if (at == RAW_NO_OWNER) {
            return false;
        }
        race->item[i] = at;
        raw_copy(&record->items[at], &race->access[i], sizeof race->access[i]);
    }
    return true;
}

static json_t *access_json(const struct scene *scene, const struct race *race, int which) {
    const struct raw_access *raw = &race->access[which];
    size_t item = race->item[which];
    const char *deed = (raw->access & EV_FREE) != 0    ? "free"
                       : (raw->access & EV_WRITE) != 0 ? "write"
                                                       : "read";
    json_t *json = json_object();
    char *label = piece_task_label(scene, raw->task);
    field_set_text(json, "access", deed);
    field_set_flag(json, "atomic", (raw->access & EV_ATOMIC) != 0);
    field_set_flag(json, "volatile", (raw->access & EV_VOLATILE) != 0);
    field_set_flag(json, "sync", (raw->access & EV_SYNC) != 0);
    json_object_set_new(json, "address", piece_address(raw->addr));
    field_set_number(json, "size", raw->size);
    field_set_number(json, "task_serial", (json_int_t)raw->task);
    field_set_text(json, "task_label", label);
    piece_set_source_stack(json, "stack", scene,
                           raw_find(scene->record, item, ITEM_STACK, ROLE_WHERE));
    json_object_set_new(json, "locks", piece_locks(scene, item));
    free(label);
    return json;
}

/* -- the object -- */

/* The bytes that both touched; those of the later access when they are not known to overlap. */
static void overlap(const struct race *race, uint64_t *address, uint64_t *bytes) {
    const struct raw_access *a = &race->access[0], *b = &race->access[1];
    uint64_t low = a->addr > b->addr ? a->addr : b->addr;
    uint64_t end_a = a->addr + a->size, end_b = b->addr + b->size;
    uint64_t high = end_a < end_b ? end_a : end_b;
    *address = low < high ? low : a->addr;
    *bytes = low < high ? high - low : a->size;
}

static void set_label(json_t *object, char *label) {
    field_set_text(object, "label", label);
    free(label);
}

static void label_variable(json_t *object) {
    const char *name = json_string_value(json_object_get(object, "name"));
    const char *type = json_string_value(json_object_get(object, "type"));
    set_label(object,
              type == NULL ? str_format("`%s`", name) : str_format("`%s` (%s)", name, type));
}

/* Whose it is, or who allocated it. */
static void set_owner(json_t *object, const char *label, uint64_t serial) {
    field_set_text(object, "task_label", label);
    if (serial != 0) {
        field_set_number(object, "task_serial", (json_int_t)serial);
    }
}

/* Which frames a thread has is known while it runs itself: with the order of the accesses it would come and go. */
static bool has_frames_always(const struct scene *scene, uint64_t serial) {
    struct raw_task task;
    size_t at = piece_find_task(scene, serial);
    if (at == RAW_NO_OWNER) {
        return false;
    }
    raw_copy(&scene->record->items[at], &task, sizeof task);
    return task.kind != EV_TASK_THREAD;
}

/* Whose stack, and what of it, if that is known: its name stays, the number of its task does not. */
static json_t *stack_object(const struct scene *scene, size_t item, const struct raw_block *block,
                            uint64_t address, uint64_t bytes, struct type_part *part) {
    json_t *object = piece_local(scene, item, address, bytes, part);
    char *task = piece_task_label(scene, block->task);
    if (object != NULL) {
        set_label(object, str_format("`%s` (%s) of %s", field_text(object, "name"),
                                     field_text(object, "type"), field_text(object, "function")));
        if (!has_frames_always(scene, block->task)) {
            json_object_del(object, "everywhere");
        }
    } else {
        object = json_object();
        field_set_text(object, "kind", "stack");
        set_label(object, str_format("the stack of %s", task));
        field_set_number(object, "bytes", (json_int_t)block->size);
    }
    json_object_set_new(object, "address", piece_address(block->addr));
    field_set_number(object, "offset", (json_int_t)(address - block->addr));
    set_owner(object, task, block->task);
    free(task);
    return object;
}

/* A variable that each thread has for itself. */
static json_t *storage_object(const struct scene *scene, const struct raw_block *block,
                              uint64_t address, uint64_t bytes, struct type_part *part) {
    json_t *object = piece_local_to_thread(scene, block->addr + block->size, address, bytes, part);
    char *task = piece_task_label(scene, block->task);
    if (object != NULL) {
        label_variable(object);
    } else {
        object = json_object();
        field_set_text(object, "kind", "thread-local");
        set_label(object, str_format("the thread-local storage of %s", task));
    }
    json_object_set_new(object, "address", piece_address(address));
    set_owner(object, task, block->task);
    free(task);
    return object;
}

/* "`account.balance` (long) in heap block of 24 bytes from account_new", as far as that is known. */
static char *heap_label(const json_t *object) {
    const json_t *allocated = json_object_get(object, "allocated");
    const char *name = json_string_value(json_object_get(object, "name"));
    char *what =
        name == NULL ? str_copy("") : str_format("`%s` (%s) in ", name, field_text(object, "type"));
    const char *maker = json_string_value(json_object_get(object, "maker"));
    char *from =
        json_array_size(allocated) == 0
            ? str_copy("")
            : str_format(" from %s", maker == NULL ? piece_user_function(allocated) : maker);
    char *label = str_format("%sheap block of %lld bytes%s", what,
                             (long long)field_number(object, "bytes"), from);
    free(what);
    free(from);
    return label;
}

static json_t *heap_object(const struct scene *scene, struct race *race, size_t item,
                           const struct raw_block *block, const json_t *const stacks[2]) {
    json_t *object = json_object();
    char *task = piece_task_label(scene, block->task);
    uint64_t address, bytes;
    struct heap_use uses[2];
    overlap(race, &address, &bytes);
    field_set_text(object, "kind", "heap");
    json_object_set_new(object, "address", piece_address(block->addr));
    field_set_number(object, "bytes", (json_int_t)block->size);
    field_set_number(object, "offset", (json_int_t)(address - block->addr));
    set_owner(object, task, block->task);
    field_set_flag(object, "freed", block->freed != 0);
    json_object_set_new(
        object, "allocated",
        piece_stack(scene, raw_find(scene->record, item, ITEM_STACK, ROLE_CREATED)));
    if (block->freed != 0) {
        json_object_set_new(
            object, "freed_at",
            piece_stack(scene, raw_find(scene->record, item, ITEM_STACK, ROLE_FREED)));
    }
    for (int i = 0; i < 2; i++) {
        const struct raw_access *access = &race->access[i];
        uses[i] = (struct heap_use){.offset = access->addr - block->addr,
                                    .bytes = access->size,
                                    .is_free = (access->access & EV_FREE) != 0,
                                    .stack = stacks[i]};
    }
    heap_type_tell(scene, object, uses, address - block->addr, bytes, &race->part);
    set_label(object, heap_label(object));
    free(task);
    return object;
}
/* A primitive that was used unordered (close against send, wait against add). */
static json_t *primitive_object(const struct scene *scene) {
    const struct raw_item *item = raw_find(scene->record, RAW_NO_OWNER, ITEM_OBJECT, ROLE_NONE);
    return item == NULL ? NULL
                        : origin_object(scene, (size_t)(item - scene->record->items), 0, "object");
}

/* The memory around it. */
static json_t *block_object(const struct scene *scene, struct race *race, size_t item,
                            const json_t *const stacks[2]) {
    struct raw_block block;
    uint64_t address, bytes;
    raw_copy(&scene->record->items[item], &block, sizeof block);
    overlap(race, &address, &bytes);
    return block.kind == 1   ? stack_object(scene, item, &block, address, bytes, &race->part)
           : block.kind == 2 ? storage_object(scene, &block, address, bytes, &race->part)
                             : heap_object(scene, race, item, &block, stacks);
}

/* `stacks`: of the accesses. Finds race->part. */
static json_t *race_object(const struct scene *scene, struct race *race,
                           const json_t *const stacks[2]) {
    uint64_t address, bytes;
    overlap(race, &address, &bytes);
    json_t *object = primitive_object(scene);
    const struct raw_item *block = raw_find(scene->record, RAW_NO_OWNER, ITEM_BLOCK, ROLE_NONE);
    if (object == NULL && block != NULL) {
        object = block_object(scene, race, (size_t)(block - scene->record->items), stacks);
    }
    if (object == NULL && (object = piece_variable(scene, address, bytes, &race->part)) != NULL) {
        label_variable(object);
    }
    if (object == NULL) {
        object = json_pack("{s:s,s:o}", "kind", "unknown", "address", piece_address(address));
        set_label(object, str_format("memory at 0x%" PRIx64, address));
    }
    return object;
}

/* -- its value -- */

/* What the later access found there; NULL: it is not known, or is no one value. Told is what the object is called by:
 * not what an access of more than both touched found, unless all of it is that part. */
static char *value_found(const struct scene *scene, const struct race *race) {
    const struct raw_item *item = raw_find(scene->record, race->item[0], ITEM_VALUE, ROLE_NONE);
    const struct raw_access *later = &race->access[0];
    uint64_t address, bytes;
    uint8_t found[ITEM_VALUE_BYTES];
    if (item == NULL || item->bytes != later->size || item->bytes > sizeof found ||
        race->part.is_field) {
        return NULL;
    }
    raw_copy(item, found, sizeof found);
    overlap(race, &address, &bytes);
    Dwarf_Die type = race->part.type;
    char *value = NULL;
    if (type.addr != NULL && address - race->part.offset == later->addr) {
        value = value_of_type(&type, found, item->bytes);
    }
    bool is_all = address == later->addr && bytes == later->size;
    return value == NULL && is_all ? value_unknown(found, item->bytes) : value;
}

static void set_value(const struct scene *scene, const struct race *race, json_t *later) {
    char *value = value_found(scene, race);
    field_set_text(later, "value", value);
    free(value);
}

/* -- the whole -- */

static json_t *race_tasks(const struct scene *scene, const struct race *race) {
    json_t *tasks = json_array();
    for (int i = 0; i < 2; i++) {
        size_t task = piece_find_task(scene, race->access[i].task);
        if (task != RAW_NO_OWNER && (i == 0 || race->access[0].task != race->access[1].task)) {
            json_array_append_new(tasks, piece_task(scene, task));
        }
    }
    return tasks;
}

/* Those that the two come from, up to the one that they have in common: who else the record names. */
static json_t *race_family(const struct scene *scene, const struct race *race) {
    json_t *family = json_array();
    size_t at = RAW_NO_OWNER;
    while ((at = raw_next(scene->record, at, ITEM_TASK)) != RAW_NO_OWNER) {
        struct raw_task task;
        raw_copy(&scene->record->items[at], &task, sizeof task);
        if (task.serial != race->access[0].task && task.serial != race->access[1].task) {
            json_array_append_new(family, piece_task(scene, at));
        }
    }
    return family;
}

/* What `reason` says in words, for who draws it. */
static json_t *order_json(const struct raw_order *order) {
    json_t *json = json_object();
    field_set_flag(json, "earlier_published", order->a_published != 0);
    field_set_flag(json, "later_learnt", order->b_knows_a != 0);
    field_set_flag(json, "later_slept", order->b_slept != 0);
    return json;
}

static char *race_title(const json_t *later, const json_t *earlier, const json_t *object) {
    char *a = piece_user_name(json_object_get(later, "stack"));
    char *b = piece_user_name(json_object_get(earlier, "stack"));
    const char *label = json_string_value(json_object_get(object, "label"));
    char *title = strcmp(a, b) == 0 ? str_format("data race on %s: two tasks in %s", label, a)
                                    : str_format("data race on %s: %s and %s", label, a, b);
    free(a);
    free(b);
    return title;
}

static void tell_apart(const json_t *later, const json_t *earlier) {
    json_t *locks = json_array();
    json_array_extend(locks, json_object_get(later, "locks"));
    json_array_extend(locks, json_object_get(earlier, "locks"));
    lock_labels_apart(locks);
    json_decref(locks);
}

json_t *finding_race(const struct scene *scene) {
    struct race race = {.part = {.is_field = false}};
    if (!find_accesses(scene->record, &race)) {
        return NULL;
    }
    struct raw_order order;
    size_t has_order = raw_next(scene->record, RAW_NO_OWNER, ITEM_ORDER);
    if (has_order != RAW_NO_OWNER) {
        raw_copy(&scene->record->items[has_order], &order, sizeof order);
    }
    json_t *later = access_json(scene, &race, 0), *earlier = access_json(scene, &race, 1);
    tell_apart(later, earlier);
    const json_t *const stacks[] = {json_object_get(later, "stack"),
                                    json_object_get(earlier, "stack")};
    json_t *object = race_object(scene, &race, stacks), *tasks = race_tasks(scene, &race);
    json_t *finding = json_object();
    set_value(scene, &race, later);
    field_set_text(finding, "kind", "data-race");
    field_take_text(finding, "title", race_title(later, earlier, object));
    field_set_text(finding, "severity", "error");
    field_take_text(
        finding, "reason",
        reason_unordered(later, earlier, tasks, has_order == RAW_NO_OWNER ? NULL : &order));
    if (has_order != RAW_NO_OWNER) {
        field_set_flag(finding, "follows", order.follows != 0);
        json_object_set_new(finding, "order", order_json(&order));
    }
    field_take_text(finding, "lock_verdict", reason_locks(later, earlier));
    json_object_set_new(finding, "accesses", json_pack("[o,o]", later, earlier));
    json_object_set_new(finding, "object", object);
    json_object_set_new(finding, "tasks", tasks);
    json_object_set_new(finding, "family", race_family(scene, &race));
    char *hint = hint_race(finding);
    field_set_text(finding, "hint", hint);
    free(hint);
    return finding;
}
