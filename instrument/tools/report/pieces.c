/* pieces.c - tasks, waits, locks and variables as JSON. */
#include "instrument/tools/report/pieces.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "detector/event.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/library.h"
#include "instrument/tools/report/locals.h"
#include "instrument/tools/report/origin.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/variables.h"

/* -- tasks -- */

static const char *const task_kinds[] = {"main", "goroutine", "thread"};
static const char *const task_states[] = {"running", "waiting", "finished", "not-started",
                                          "in-parent"};

static const char *name_in(const char *const *names, size_t n, size_t index) {
    return index < n ? names[index] : "unknown";
}

static char *label_of(const struct raw_task *task) {
    if (task->kind == EV_TASK_MAIN) {
        return str_copy("main");
    }
    uint64_t number = task->id != 0 ? task->id : task->serial;
    return str_format("%s %" PRIu64, name_in(task_kinds, 3, task->kind), number);
}

size_t piece_find_task(const struct scene *scene, uint64_t serial) {
    size_t at = RAW_NO_OWNER;
    while ((at = raw_next(scene->record, at, ITEM_TASK)) != RAW_NO_OWNER) {
        struct raw_task task;
        raw_copy(&scene->record->items[at], &task, sizeof task);
        if (task.serial == serial) {
            return at;
        }
    }
    return RAW_NO_OWNER;
}

/* The parent may be absent from the record: then its number and its child's kind name it. */
static char *parent_label(const struct raw_task *task) {
    if (task->parent_id <= 1) {
        return str_copy("main");
    }
    return str_format("%s %" PRIu64, name_in(task_kinds, 3, task->kind), task->parent_id);
}

char *piece_task_label(const struct scene *scene, uint64_t serial) {
    struct raw_task task;
    size_t at = piece_find_task(scene, serial);
    if (at != RAW_NO_OWNER) {
        raw_copy(&scene->record->items[at], &task, sizeof task);
        return label_of(&task);
    }
    while ((at = raw_next(scene->record, at, ITEM_TASK)) != RAW_NO_OWNER) {
        raw_copy(&scene->record->items[at], &task, sizeof task);
        if (task.parent == serial && serial != 0) {
            return parent_label(&task);
        }
    }
    return str_copy("another task");
}

static const char *wait_kind(uint32_t kind) {
    static const char *const names[] = {
#define X(name, text) text,
        EV_WAIT_KINDS(X)
#undef X
    };
    return name_in(names, sizeof names / sizeof names[0], kind);
}

static const char *object_kind_of_wait(uint32_t kind) {
    switch (kind) {
    case EV_WAIT_CHAN_SEND:
    case EV_WAIT_CHAN_RECEIVE:
    case EV_WAIT_CHAN_SEND_NIL:
    case EV_WAIT_CHAN_RECEIVE_NIL:
    case EV_WAIT_SELECT:
        return "channel";
    case EV_WAIT_MUTEX:
    case EV_WAIT_PTHREAD_MUTEX:
    case EV_WAIT_PTHREAD_COND_MUTEX:
        return "mutex";
    case EV_WAIT_PTHREAD_SPIN:
        return "spin lock";
    case EV_WAIT_RWMUTEX_READ:
    case EV_WAIT_RWMUTEX_WRITE:
        return "rwmutex";
    case EV_WAIT_PTHREAD_RWLOCK_READ:
    case EV_WAIT_PTHREAD_RWLOCK_WRITE:
        return ORIGIN_RWLOCK;
    case EV_WAIT_PTHREAD_BARRIER:
        return "barrier";
    case EV_WAIT_WAITGROUP:
        return "waitgroup";
    case EV_WAIT_COND:
    case EV_WAIT_PTHREAD_COND:
    case EV_WAIT_PTHREAD_COND_DESTROY:
        return "condition variable";
    case EV_WAIT_SEMAPHORE:
    case EV_WAIT_PTHREAD_SEMAPHORE:
        return "semaphore";
    case EV_WAIT_PTHREAD_JOIN:
        return "thread";
    case EV_WAIT_ONCE:
    case EV_WAIT_PTHREAD_ONCE:
        return "once";
    case EV_WAIT_CXA_GUARD:
        return "static variable";
    case EV_WAIT_FUTEX:
        return "futex";
    case EV_WAIT_FLOCKFILE:
        return "stream";
    case EV_WAIT_OMP_LOCK:
    case EV_WAIT_OMP_NEST_LOCK:
        return "OpenMP lock";
    case EV_WAIT_OMP_CRITICAL:
        return "critical section";
    default:
        return "object";
    }
}

/* The ITEM_OBJECT of this wait with that address, or RAW_NO_OWNER. */
static size_t object_of_wait(const struct scene *scene, size_t wait, uint64_t address) {
    size_t at = RAW_NO_OWNER;
    while ((at = raw_next(scene->record, at, ITEM_OBJECT)) != RAW_NO_OWNER) {
        struct raw_object raw;
        raw_copy(&scene->record->items[at], &raw, sizeof raw);
        if (scene->record->items[at].owner == wait && raw.addr == address) {
            return at;
        }
    }
    return RAW_NO_OWNER;
}

/* Who was last at the other side of the channel. */
static void set_last(json_t *wait, const struct scene *scene, const struct raw_item *item) {
    struct raw_last raw;
    raw_copy(item, &raw, sizeof raw);
    struct raw_task task = {.serial = raw.serial, .id = raw.id, .kind = raw.kind};
    char *label = label_of(&task);
    json_t *last = json_object();
    field_set_text(last, "label", label);
    field_set_flag(last, "ended", raw.ended != 0);
    const struct raw_item *stack =
        raw_find(scene->record, (size_t)(item - scene->record->items), ITEM_STACK, ROLE_WHERE);
    if (stack != NULL) {
        json_object_set_new(last, "stack", piece_stack(scene, stack));
    }
    json_object_set_new(wait, "last", last);
    free(label);
}

/* Who could end it; a thread that is joined is known by its number, not by its handle. */
static void set_waker(json_t *wait, const struct scene *scene, const struct raw_wait *raw) {
    char *label = piece_task_label(scene, raw->waker);
    json_t *object = json_array_get(json_object_get(wait, "objects"), 0);
    field_set_text(wait, "waker", label);
    if (raw->kind == EV_WAIT_PTHREAD_JOIN && object != NULL) {
        field_set_text(object, "label", label);
        json_object_del(object, "place");
    }
    free(label);
}

bool piece_tells_waker(const json_t *wait) {
    const json_t *object = json_array_get(json_object_get(wait, "objects"), 0);
    const json_t *waker = json_object_get(wait, "waker");
    return waker != NULL && !json_equal(waker, json_object_get(object, "label"));
}

static json_t *wait_json(const struct scene *scene, size_t item) {
    struct raw_wait wait;
    raw_copy(&scene->record->items[item], &wait, sizeof wait);
    json_t *json = json_object(), *objects = json_array();
    field_set_text(json, "kind", wait_kind(wait.kind));
    field_set_number(json, "kind_number", wait.kind);
    for (size_t i = 0; i < wait.n_objects && i < EV_WAIT_OBJECTS_KEPT; i++) {
        size_t object = object_of_wait(scene, item, wait.objects[i]);
        json_array_append_new(
            objects, origin_object(scene, object, wait.objects[i], object_kind_of_wait(wait.kind)));
    }
    json_object_set_new(json, "objects", objects);
    field_set_number(json, "objects_total", wait.n_objects);
    field_set_number(json, "waiting_ms", wait.waiting_ns / 1000000);
    if (wait.deadline_in_ns != 0) {
        field_set_number(json, "deadline_in_ms", wait.deadline_in_ns / 1000000);
    }
    if (wait.cut_off != 0) {
        json_object_set_new(json, "cut_off", json_true());
    }
    if (wait.waker != 0) {
        set_waker(json, scene, &wait);
    }
    piece_set_source_stack(json, "stack", scene,
                           raw_find(scene->record, item, ITEM_STACK, ROLE_WHERE));
    library_name_wait(json);
    const struct raw_item *last = raw_find(scene->record, item, ITEM_LAST, ROLE_NONE);
    if (last != NULL) {
        set_last(json, scene, last);
    }
    return json;
}

json_t *piece_task(const struct scene *scene, size_t item) {
    struct raw_task task;
    raw_copy(&scene->record->items[item], &task, sizeof task);
    json_t *json = json_object();
    char *label = label_of(&task);
    char *name = raw_text(raw_find(scene->record, item, ITEM_TEXT, ROLE_NAME));
    field_set_text(json, "label", label);
    field_set_text(json, "kind", name_in(task_kinds, 3, task.kind));
    field_set_text(json, "name", name);
    field_set_text(json, "state",
                   name_in(task_states, sizeof task_states / sizeof task_states[0], task.state));
    field_set_number(json, "serial", (json_int_t)task.serial);
    field_set_number(json, "id", (json_int_t)task.id);
    field_set_number(json, "count", task.count == 0 ? 1 : task.count);
    if (task.age_ns != 0) {
        field_set_number(json, "age_ms", task.age_ns / 1000000);
    }
    if (task.daemon != 0) {
        json_object_set_new(json, "daemon", json_true());
    }
    if (task.kind != EV_TASK_MAIN && task.parent != 0) {
        char *parent = piece_task_label(scene, task.parent);
        field_set_text(json, "parent", parent);
        field_set_number(json, "parent_serial", (json_int_t)task.parent);
        free(parent);
    }
    json_object_set_new(
        json, "created",
        piece_stack(scene, raw_find(scene->record, item, ITEM_STACK, ROLE_CREATED)));
    const struct raw_item *inside = raw_find(scene->record, item, ITEM_STACK, ROLE_INSIDE);
    if (inside != NULL) {
        json_object_set_new(json, "inside", piece_stack(scene, inside));
    }
    const struct raw_item *wait = raw_find(scene->record, item, ITEM_WAIT, ROLE_NONE);
    if (wait != NULL) {
        json_object_set_new(json, "wait", wait_json(scene, (size_t)(wait - scene->record->items)));
    }
    free(label);
    free(name);
    return json;
}

const char *piece_state(const json_t *task) {
    const char *state = field_text(task, "state");
    return strcmp(state, "in-parent") == 0 ? "left behind in the parent process by a fork" : state;
}

const char *piece_gone(const json_t *holder) {
    return field_is_set(holder, "ended") ? ", which has ended,"
           : field_is_set(holder, "in_parent")
               ? ", which a fork has left behind in the parent process,"
               : "";
}

/* -- locks and variables -- */

static const char *mode_of(const struct raw_lock *lock) {
    return (lock->mode & EV_LOCK_ONCE) != 0   ? "once"
           : (lock->mode & EV_LOCK_READ) != 0 ? "read"
                                              : "write";
}

/* With onces that run, which are locks to who waits for them. */
json_t *piece_locks(const struct scene *scene, size_t owner) {
    json_t *locks = json_array();
    size_t at = RAW_NO_OWNER;
    while ((at = raw_next(scene->record, at, ITEM_LOCK)) != RAW_NO_OWNER) {
        if (scene->record->items[at].owner != owner) {
            continue;
        }
        struct raw_lock raw;
        raw_copy(&scene->record->items[at], &raw, sizeof raw);
        json_t *lock = origin_lock(scene, at);
        field_set_text(lock, "mode", mode_of(&raw));
        piece_set_source_stack(lock, "taken", scene,
                               raw_find(scene->record, at, ITEM_STACK, ROLE_WHERE));
        json_array_append_new(locks, lock);
    }
    return locks;
}

static json_t *variable_json(const struct scene *scene, const char *kind,
                             const struct loaded_module *loaded, struct variable *variable,
                             struct type_part *part) {
    json_t *json = json_object();
    if (part != NULL) {
        *part = variable->part;
    }
    field_set_text(json, "kind", kind);
    field_set_text(json, "name", variable->path);
    field_set_text(json, "variable", variable->name);
    field_set_text(json, "type", variable->type);
    field_set_text(json, "function", variable->function);
    if (variable->bytes != 0) {
        field_set_number(json, "bytes", (json_int_t)variable->bytes);
    }
    if (variable->file != NULL) {
        field_set_text(json, "file", piece_shown_file(scene, variable->file));
        field_set_number(json, "line", variable->line);
    }
    field_set_flag(json, "everywhere", variable->everywhere);
    field_set_text(json, "module", loaded->module->path);
    variable_clear(variable);
    return json;
}

json_t *piece_variable(const struct scene *scene, uint64_t address, uint64_t bytes,
                       struct type_part *part) {
    const struct loaded_module *loaded =
        process_module_at(scene->processes, scene->process, scene->index, address);
    struct variable variable;
    if (loaded == NULL ||
        !variables_find(loaded->module, address - loaded->raw.bias, bytes, &variable)) {
        return NULL;
    }
    uint64_t in_module = address - loaded->raw.bias, start = variable.start;
    json_t *json = variable_json(scene, "global", loaded, &variable, part);
    json_object_set_new(json, "address", piece_address(start + loaded->raw.bias));
    field_set_number(json, "offset", (json_int_t)(in_module - start));
    json_object_set_new(json, "module_offset", piece_address(in_module));
    return json;
}

json_t *piece_local_to_thread(const struct scene *scene, uint64_t pointer, uint64_t address,
                              uint64_t bytes, struct type_part *part) {
    const struct process *process = scene->process;
    for (size_t i = 0; process != NULL && i < process->n_loaded; i++) {
        const struct loaded_module *loaded = &process->loaded[i];
        uint64_t at = address - (pointer - loaded->raw.storage_below);
        struct variable variable;
        if (loaded->module != NULL && loaded->record <= scene->index &&
            at < loaded->raw.storage_bytes &&
            variables_find_local_to_thread(loaded->module, at, bytes, &variable)) {
            return variable_json(scene, "thread-local", loaded, &variable, part);
        }
    }
    return NULL;
}

json_t *piece_local(const struct scene *scene, size_t block, uint64_t address, uint64_t bytes,
                    struct type_part *part) {
    const struct raw_item *item = raw_find(scene->record, block, ITEM_FRAME, ROLE_NONE);
    struct raw_frame frame;
    struct variable variable;
    if (item == NULL) {
        return NULL;
    }
    raw_copy(item, &frame, sizeof frame);
    const struct loaded_module *loaded =
        process_module_at(scene->processes, scene->process, scene->index, frame.pc - 1);
    if (loaded == NULL || !locals_find(loaded->module, frame.pc - loaded->raw.bias, frame.cfa,
                                       address, bytes, &variable)) {
        return NULL;
    }
    return variable_json(scene, "stack", loaded, &variable, part);
}

bool piece_is_variable(const json_t *object) {
    return field_is(object, "kind", "global") || (field_is(object, "kind", "thread-local") &&
                                                  json_object_get(object, "variable") != NULL);
}

bool piece_says_own(const json_t *task) {
    const json_t *wait = json_object_get(task, "wait");
    return field_is(wait, "kind", "pthread_mutex_lock") &&
           json_array_size(json_object_get(wait, "held_by")) == 0;
}
