/* finding_tasks.c - findings about tasks: leaks, panics, misuse. */
#include "instrument/tools/report/findings.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "detector/event.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/hint.h"
#include "instrument/tools/report/library.h"
#include "instrument/tools/report/say.h"

#define BLOCKED  "blocked at exit"
#define UNSERVED "blocked at exit, never served"

/* "goroutine" or "thread", for n of them. */
static const char *plural(const json_t *task, json_int_t n) {
    bool thread = field_is(task, "kind", "thread");
    return thread ? (n == 1 ? "thread" : "threads") : (n == 1 ? "goroutine" : "goroutines");
}

static json_t *first_task(const struct scene *scene) {
    json_t *tasks = json_array();
    size_t at = raw_next(scene->record, RAW_NO_OWNER, ITEM_TASK);
    if (at != RAW_NO_OWNER) {
        json_array_append_new(tasks, piece_task(scene, at));
    }
    return tasks;
}

/* -- leak -- */

/* What kind of leftover of a test this is; *fails likewise. The process goes on without it: who is blocked for good is
 * the test's leak, thread or not. */
static const char *leak_class_of_test(const struct raw_task *task, const struct raw_wait *wait,
                                      bool *fails) {
    *fails = false;
    if (task->state == RAW_TASK_NOT_STARTED) {
        return "not started by the end of its test";
    }
    if (wait == NULL || task->state == RAW_TASK_RUNNING) {
        return "still running at the end of its test";
    }
    switch (wait->kind) {
    case EV_WAIT_SLEEP:
        return "sleeping at the end of its test";
    case EV_WAIT_IO:
        return "waiting for input or output at the end of its test";
    case EV_WAIT_PANIC:
        return "waiting for the end of a panic";
    default:
        *fails = wait->endless != 0;
        return wait->endless != 0 ? "blocked at the end of its test"
                                  : "waiting, but not for ever, at the end of its test";
    }
}

/* What kind of leftover this is; *fails: does it fail the run by default? The classes of D10. A
 * thread blocked at exit may be one of an idle pool, which is listed, unless what it waits for was never done
 * in the whole run. */
static const char *leak_class(const struct raw_task *task, const struct raw_wait *wait,
                              bool *fails) {
    *fails = false;
    if (task->daemon != 0) {
        return "kept as a daemon";
    }
    if (task->state == RAW_TASK_NOT_STARTED) {
        return "never started";
    }
    if (task->state == RAW_TASK_FINISHED) {
        *fails = task->kind == EV_TASK_THREAD;
        return "finished, never joined";
    }
    if (wait == NULL || task->state == RAW_TASK_RUNNING) {
        return "running at exit";
    }
    switch (wait->kind) {
    case EV_WAIT_SLEEP:
        return "sleeping at exit";
    case EV_WAIT_IO:
        return "waiting for input or output at exit";
    case EV_WAIT_PANIC:
        return "waiting for the end of a panic";
    default:
        if (task->kind == EV_TASK_GOROUTINE && wait->endless == 0) {
            return "waiting, but not for ever, at exit";
        }
        *fails = task->kind == EV_TASK_GOROUTINE || wait->unserved != 0;
        return wait->unserved != 0 ? UNSERVED : BLOCKED;
    }
}

static char *leak_title(const json_t *task, const char *class, json_int_t n) {
    const json_t *wait = json_object_get(task, "wait");
    const json_t *created = json_object_get(task, "created");
    char *where = str_copy("");
    bool thread = field_is(task, "kind", "thread");
    const json_t *frame = piece_user_frame(json_object_get(wait, "stack"));
    if (frame != NULL) {
        char *place = piece_frame_place(frame);
        free(where);
        bool told = strncmp(class, "sleeping", strlen("sleeping")) == 0;
        const json_t *object = json_array_get(json_object_get(wait, "objects"), 0);
        const char *on = thread && object != NULL ? field_text(object, "label") : "";
        where = told ? str_format(" at %s", place)
                     : str_format(" in %s%s%s at %s", library_wait_name(wait),
                                  on[0] != '\0' ? " on " : "", on, place);
        free(place);
    }
    char *by = json_array_size(created) == 0
                   ? str_copy("")
                   : str_format(", created in %s", piece_user_function(created));
    /* The class of what nobody has served is part of ids: its words stay, and others are shown. */
    bool unserved = strcmp(class, UNSERVED) == 0;
    char *title = str_format("leak: %" JSON_INTEGER_FORMAT " %s %s%s%s%s", n, plural(task, n),
                             unserved ? BLOCKED : class, where, by,
                             unserved ? "; in the whole run nobody did what it waits for" : "");
    free(where);
    free(by);
    return title;
}

char *finding_leak_title(const json_t *finding, json_int_t n) {
    const json_t *task = json_array_get(json_object_get(finding, "tasks"), 0);
    return leak_title(task, field_text(finding, "class"), n);
}

json_t *finding_leak(const struct scene *scene, bool strict) {
    size_t item = raw_next(scene->record, RAW_NO_OWNER, ITEM_TASK);
    if (item == RAW_NO_OWNER) {
        return NULL;
    }
    struct raw_task raw;
    struct raw_wait raw_wait;
    raw_copy(&scene->record->items[item], &raw, sizeof raw);
    const struct raw_item *wait = raw_find(scene->record, item, ITEM_WAIT, ROLE_NONE);
    raw_copy(wait, &raw_wait, sizeof raw_wait);
    bool fails;
    bool of_test = raw_find(scene->record, RAW_NO_OWNER, ITEM_TEXT, ROLE_ENDED) != NULL;
    const char *class =
        (of_test ? leak_class_of_test : leak_class)(&raw, wait == NULL ? NULL : &raw_wait, &fails);
    json_t *all = finding_waiters(scene), *tasks = json_array(), *finding = json_object();
    json_array_append(tasks, json_array_get(all, 0));
    const json_t *first = json_array_get(tasks, 0);
    const json_t *maker = piece_user_frame(json_object_get(first, "created"));
    bool is_library = raw.kind == EV_TASK_THREAD && field_is_set(maker, "system");
    fails &= !is_library; /* what a library of the system's makes is its affair */
    field_set_text(finding, "kind", "leak");
    field_take_text(finding, "title", leak_title(first, class, field_number(first, "count")));
    field_set_text(finding, "severity", fails || strict ? "error" : "note");
    field_set_text(finding, "class", class);
    json_object_set_new(finding, "tasks", tasks);
    if (wait == NULL) {
        json_t *task = json_array_get(tasks, 0);
        json_t *made = json_deep_copy(json_object_get(task, "created"));
        json_object_set_new(task, "created", made);
        json_object_set_new(finding, "snippet", piece_snippet(scene, made));
    }
    field_take_text(finding, "hint", hint_leak(finding, all));
    json_decref(all);
    return finding;
}

/* -- panic and misuse -- */

json_t *finding_message(const struct scene *scene, const char *kind) {
    char *message = raw_text(raw_find(scene->record, RAW_NO_OWNER, ITEM_TEXT, ROLE_NONE));
    if (message == NULL) {
        message = str_copy("(no message)");
    }
    json_t *finding = json_object(), *stacks = json_array();
    field_set_text(finding, "kind", kind);
    field_take_text(finding, "title",
                    str_format("%s: %.*s", kind, (int)strcspn(message, "\n"), message));
    field_set_text(finding, "severity", "error");
    json_object_set_new(finding, "message", text_json(message));
    json_t *source = json_object();
    piece_set_source_stack(source, "stack", scene,
                           raw_find(scene->record, RAW_NO_OWNER, ITEM_STACK, ROLE_NONE));
    json_array_append(stacks, json_object_get(source, "stack"));
    json_object_set_new(finding, "stacks", stacks);
    json_t *snippet = json_object_get(source, "snippet");
    if (snippet != NULL) {
        json_object_set(finding, "snippet", snippet);
    }
    json_decref(source);
    json_object_set_new(finding, "tasks", first_task(scene));
    free(message);
    return finding;
}
