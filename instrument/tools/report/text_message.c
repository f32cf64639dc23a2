/* text_message.c - misuse and panics as text: what was done where, and whose the object was. */
#include "instrument/tools/report/text_findings.h"

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/text_source.h"

/* Who holds the object of a misuse, and where it was made. */
static void print_misused(const struct page *page, const json_t *finding) {
    size_t i, j;
    json_t *task, *lock;
    const json_t *object = json_object_get(finding, "object");
    json_array_foreach(json_object_get(finding, "tasks"), i, task) {
        json_array_foreach(json_object_get(task, "holds"), j, lock) {
            fprintf(page->out, "%s was locked by ", field_text(lock, "label"));
            page_task_name(page, task);
            fputs(" at:\n", page->out);
            page_stack(page, json_object_get(lock, "taken"));
        }
    }
    if (json_array_size(json_object_get(object, "created")) != 0) {
        fprintf(page->out, "The %s was made at:\n", field_text(object, "kind"));
        page_stack(page, json_object_get(object, "created"));
    }
}

/* Where it was done and by whom, or, of what nobody did, where its object was made. */
static void print_deed(const struct page *page, const json_t *finding, const json_t *task) {
    const json_t *stack = json_array_get(json_object_get(finding, "stacks"), 0);
    const json_t *object = json_object_get(finding, "object");
    bool by_nobody = task == NULL && json_array_size(json_object_get(object, "created")) != 0;
    if (by_nobody) {
        fprintf(page->out, "The %s was made at", field_text(object, "kind"));
    } else if (task != NULL) {
        fputs("In ", page->out);
        page_task_name(page, task);
    } else {
        fputs("In another task", page->out);
    }
    fputs(":\n", page->out);
    page_stack(page, stack);
    source_print(page, finding, stack);
    source_print_newer(page->out, finding, NULL, "");
    if (!by_nobody) {
        print_misused(page, finding);
    }
    fputc('\n', page->out);
}

void text_message(const struct page *page, const json_t *finding, const char *heading,
                  const char *what) {
    const json_t *stack = json_array_get(json_object_get(finding, "stacks"), 0);
    const json_t *task = json_array_get(json_object_get(finding, "tasks"), 0);
    page_title(page, finding, heading, field_text(finding, "message"));
    print_deed(page, finding, task);
    if (task != NULL) {
        page_creation(page, task, false);
    }
    page_end(page, finding, what, stack);
}
