/* text_order.c - a circle of locks as text: who takes which while he holds which. */
#include "instrument/tools/report/text_findings.h"

#include <stdlib.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/text_source.h"
#include "instrument/tools/report/text_turns.h"

static void print_step(const struct page *page, const json_t *step, const json_t *tasks) {
    const json_t *holds = json_object_get(step, "holds"), *takes = json_object_get(step, "takes");
    const json_t *task = task_with(tasks, field_number(step, "task_serial"));
    char room[64], *held = turns_deed("holds", holds), *taken = turns_deed("locks", takes);
    fputs(page_capitalised(field_text(step, "task_label"), room, sizeof room), page->out);
    if (task != NULL && json_object_get(task, "name") != NULL) {
        fprintf(page->out, " \"%s\"", field_text(task, "name"));
    }
    if (holds != NULL) {
        fprintf(page->out, " %s, locked at:\n", held);
        page_stack(page, json_object_get(holds, "taken"));
    }
    fprintf(page->out, "%s %s at:\n", holds == NULL ? "" : "  and", taken);
    page_stack(page, json_object_get(takes, "taken"));
    source_print_once(page, page->seen, takes, "taken");
    fputc('\n', page->out);
    free(held);
    free(taken);
}

void text_order(const struct page *page, const json_t *finding) {
    const json_t *cycle = json_object_get(finding, "cycle");
    const json_t *tasks = json_object_get(finding, "tasks");
    size_t i;
    json_t *part;
    page_title(page, finding, "LOCK ORDER", field_text(finding, "title"));
    json_array_foreach(cycle, i, part) {
        print_step(page, part, tasks);
    }
    turns_of_order(page->out, cycle);
    source_print_newer_seen(page->out, page->seen);
    fputs("No lock keeps them apart, and no other synchronisation that was seen orders them in "
          "this run.\n\n",
          page->out);
    json_array_foreach(cycle, i, part) {
        page_numbered(page, json_object_get(part, "holds"));
    }
    json_array_foreach(tasks, i, part) {
        page_creation(page, part, true);
    }
    page_hint(page, finding, "\n\n");
    const json_t *takes = json_object_get(json_array_get(cycle, 0), "takes");
    page_end(page, finding, "lock order", json_object_get(takes, "taken"));
}
