/* text_race.c - a data race as text: two accesses, their tasks, the memory, and why nothing orders them. */
#include "instrument/tools/report/text_findings.h"

#include <stdio.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/text_columns.h"
#include "instrument/tools/report/text_source.h"

/* One of the two accesses. */
struct told {
    const json_t *access, *tasks;
    bool is_earlier;
};

/* "Write of size 4 at 0x… by goroutine 7:", "Previous atomic read …". */
static void print_access(const struct page *page, const void *what) {
    const struct told *told = what;
    const json_t *access = told->access;
    char deed[64], room[80];
    snprintf(deed, sizeof deed, "%s%s%s", field_is_set(access, "atomic") ? "atomic " : "",
             field_is_set(access, "volatile") ? "volatile " : "", field_text(access, "access"));
    if (told->is_earlier) {
        snprintf(room, sizeof room, "Previous %s", deed);
    } else {
        page_capitalised(deed, room, sizeof room);
    }
    fputs(room, page->out);
    if (!field_is(access, "access", "free")) {
        fprintf(page->out, " of size %lld", field_number(access, "size"));
    }
    fprintf(page->out, " at %s by ", field_text(access, "address"));
    const json_t *task = task_with(told->tasks, field_number(access, "task_serial"));
    if (task != NULL) {
        page_task_name(page, task);
    } else {
        fputs(field_text(access, "task_label"), page->out);
    }
    fprintf(page->out, "%s:\n",
            field_is_set(access, "sync") ? " (use of the primitive itself)" : "");
    page_stack(page, json_object_get(access, "stack"));
    source_print(page, access, json_object_get(access, "stack"));
    fputc('\n', page->out);
}

/* Side by side as they happened where there is room for both, else the one that met the other first. */
static void print_accesses(const struct page *page, const json_t *later, const json_t *earlier,
                           const json_t *tasks) {
    const struct told told = {.access = later, .tasks = tasks};
    const struct told before = {.access = earlier, .tasks = tasks, .is_earlier = true};
    if (!columns_print(page, print_access, &before, &told)) {
        print_access(page, &told);
        print_access(page, &before);
    }
}

static void print_locks(const struct page *page, const json_t *access) {
    size_t i;
    json_t *lock;
    json_array_foreach(json_object_get(access, "locks"), i, lock) {
        fprintf(page->out, "  %s held %s%s, taken at:\n", field_text(access, "task_label"),
                field_text(lock, "label"), field_is(lock, "mode", "read") ? " for reading" : "");
        page_stack(page, json_object_get(lock, "taken"));
    }
}

static void print_variable(const struct page *page, const json_t *object) {
    const char *function = json_string_value(json_object_get(object, "function"));
    bool of_thread = field_is(object, "kind", "thread-local");
    const char *extent = of_thread ? "thread-local" : function != NULL ? "static" : "global";
    if (field_is(object, "name", field_text(object, "variable"))) {
        fprintf(page->out, "The memory is the %s variable %s", extent, field_text(object, "label"));
    } else {
        fprintf(page->out, "The memory is %s, in the %s variable `%s`", field_text(object, "label"),
                extent, field_text(object, "variable"));
    }
    if (of_thread) {
        fprintf(page->out, " of %s", field_text(object, "task_label"));
    } else if (field_number(object, "bytes") > 0) {
        fprintf(page->out, " of %lld bytes", field_number(object, "bytes"));
    }
    if (function != NULL) {
        fprintf(page->out, " in %s", function);
    }
    if (json_object_get(object, "file") != NULL) {
        fprintf(page->out, ", declared at %s:%lld", page_path(page, field_text(object, "file")),
                field_number(object, "line"));
    }
    fputc('\n', page->out);
}

static void print_stack_memory(const struct page *page, const json_t *object) {
    if (json_object_get(object, "variable") == NULL) {
        fprintf(page->out, "The memory is on %s\n", field_text(object, "label"));
        return;
    }
    fprintf(page->out, "The memory is %s, on the stack of %s", field_text(object, "label"),
            field_text(object, "task_label"));
    if (json_object_get(object, "file") != NULL) {
        fprintf(page->out, ", declared at %s:%lld", page_path(page, field_text(object, "file")),
                field_number(object, "line"));
    }
    fputc('\n', page->out);
}

/* "`account.balance` (long), at offset 8 of a heap block of 24 bytes (struct account)". */
static void print_block(const struct page *page, const json_t *object) {
    fputs("The memory is ", page->out);
    if (json_object_get(object, "name") != NULL) {
        fprintf(page->out, "`%s` (%s), ", field_text(object, "name"), field_text(object, "type"));
    }
    fprintf(page->out, "at offset %lld of a%s heap block of %lld bytes",
            field_number(object, "offset"), field_is_set(object, "freed") ? " freed" : "",
            field_number(object, "bytes"));
    if (json_object_get(object, "block_type") != NULL) {
        fprintf(page->out, " (%s)", field_text(object, "block_type"));
    }
    fprintf(page->out, " at %s, allocated by %s at:\n", field_text(object, "address"),
            field_text(object, "task_label"));
    page_stack(page, json_object_get(object, "allocated"));
    if (field_is_set(object, "freed")) {
        fputs("  freed at:\n", page->out);
        page_stack(page, json_object_get(object, "freed_at"));
    }
}

static void print_object(const struct page *page, const json_t *object) {
    if (piece_is_variable(object)) {
        print_variable(page, object);
    } else if (field_is(object, "kind", "thread-local")) {
        fprintf(page->out, "The memory is in %s\n", field_text(object, "label"));
    } else if (field_is(object, "kind", "heap")) {
        print_block(page, object);
    } else if (field_is(object, "kind", "stack")) {
        print_stack_memory(page, object);
    } else if (json_object_get(object, "created") != NULL ||
               json_object_get(object, "variable") != NULL) {
        fprintf(page->out, "The memory is the %s itself\n", field_text(object, "label"));
        if (json_array_size(json_object_get(object, "created")) != 0) {
            fputs("  made at:\n", page->out);
            page_stack(page, json_object_get(object, "created"));
        }
    } else {
        fprintf(page->out, "The memory is at %s, which is no known variable or heap block\n",
                field_text(object, "address"));
    }
}

static void print_value(const struct page *page, const json_t *later) {
    const char *value = json_string_value(json_object_get(later, "value"));
    if (value != NULL) {
        fprintf(page->out, "The memory held %s when the race was found.\n", value);
    }
}

void text_race(const struct page *page, const json_t *finding) {
    const json_t *accesses = json_object_get(finding, "accesses");
    const json_t *tasks = json_object_get(finding, "tasks");
    const json_t *later = json_array_get(accesses, 0), *earlier = json_array_get(accesses, 1);
    page_title(page, finding, "DATA RACE", field_text(finding, "title"));
    print_accesses(page, later, earlier, tasks);
    source_print_newer(page->out, later, earlier, "\n");
    size_t i;
    json_t *task;
    json_array_foreach(tasks, i, task) {
        page_creation(page, task, false);
    }
    json_array_foreach(json_object_get(finding, "family"), i, task) {
        page_creation(page, task, false); /* of those that they come from */
    }
    print_object(page, json_object_get(finding, "object"));
    print_value(page, later);
    fputc('\n', page->out);
    fprintf(page->out, "%s\n", field_text(finding, "lock_verdict"));
    print_locks(page, later);
    print_locks(page, earlier);
    fprintf(page->out, "%s\n", field_text(finding, "reason"));
    page_hint(page, finding, "\n");
    fputc('\n', page->out);
    page_end(page, finding, "data race", json_object_get(later, "stack"));
}
