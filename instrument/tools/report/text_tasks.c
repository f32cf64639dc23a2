/* text_tasks.c - tasks that wait as text: deadlocks, leaks, time-outs. */
#include "instrument/tools/report/text_findings.h"

#include <stdlib.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/holders.h"
#include "instrument/tools/report/library.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/text_source.h"
#include "instrument/tools/report/text_turns.h"

/* Who could have ended the wait, as far as he was there before. */
static void print_last(const struct page *page, const json_t *wait) {
    const json_t *last = json_object_get(wait, "last"), *stack = json_object_get(last, "stack");
    if (last == NULL) {
        return;
    }
    fprintf(page->out, "  last at the other side of the channel: %s%s%s\n",
            field_text(last, "label"), field_is_set(last, "ended") ? ", which has ended" : "",
            stack == NULL ? "" : ", at:");
    if (stack != NULL) {
        page_stack(page, stack);
    }
}

/* "waits in chan receive on channel `done`, for 12 ms:" and the stack. */
static void print_wait(const struct page *page, const json_t *task, json_t *seen) {
    size_t i;
    const json_t *wait = json_object_get(task, "wait");
    json_t *object, *objects = json_object_get(wait, "objects");
    fprintf(page->out, " waits in %s", library_wait_name(wait));
    json_array_foreach(objects, i, object) {
        fprintf(page->out, "%s%s", i == 0 ? " on " : ", ", field_text(object, "label"));
    }
    long long more = field_number(wait, "objects_total") - (long long)json_array_size(objects);
    if (more > 0) {
        fprintf(page->out, " and %lld more", more);
    }
    json_array_foreach(json_object_get(wait, "held_by"), i, object) {
        char *place = piece_frame_place(piece_user_frame(json_object_get(object, "taken")));
        char *words = holders_words(task, i);
        fprintf(page->out, "%s since %s", words, place);
        free(words);
        free(place);
    }
    if (json_object_get(wait, "behind") != NULL) {
        fprintf(page->out, ", behind %s, who waits to write and is served first",
                field_text(wait, "behind"));
    }
    if (piece_tells_waker(wait)) {
        fprintf(page->out, ", which %s could end", field_text(wait, "waker"));
    }
    if (json_object_get(wait, "cut_off") != NULL) {
        fputs(" (nobody who can run can reach it)", page->out);
    }
    fputs(", for ", page->out);
    print_duration(page->out, field_number(wait, "waiting_ms"));
    fputs(", at:\n", page->out);
    page_stack(page, json_object_get(wait, "stack"));
    source_print_once(page, seen, wait, "stack");
    print_last(page, wait);
}

static void print_held(const struct page *page, const json_t *task) {
    size_t i;
    json_t *lock;
    json_array_foreach(json_object_get(task, "holds"), i, lock) {
        bool runs = field_is(lock, "mode", "once");
        fprintf(page->out, "  %s %s, %s at:\n", runs ? "runs" : "holds", field_text(lock, "label"),
                holders_taken(lock));
        page_stack(page, json_object_get(lock, "taken"));
    }
}

/* A task of a deadlock or leak with everything known about it. Of one that waits nowhere the finding has what stands
 * where it was made. */
static void print_blocked(const struct page *page, const json_t *task, const json_t *finding) {
    char room[64];
    const json_t *wait = json_object_get(task, "wait");
    const char *name = json_string_value(json_object_get(task, "name"));
    fputs(page_capitalised(field_text(task, "label"), room, sizeof room), page->out);
    if (name != NULL) {
        fprintf(page->out, " \"%s\"", name);
    }
    if (json_object_get(task, "behind") != NULL) {
        fputs(field_is_set(task, "presumed") ? ", which stands still as well,"
                                             : ", held up by that as well,",
              page->out);
    }
    if (field_number(task, "count") > 1) {
        fprintf(page->out, " (one of \xc3\x97%lld)", field_number(task, "count"));
    }
    if (wait != NULL) {
        bool behind = json_object_get(task, "behind") != NULL; /* its line explains nothing */
        print_wait(page, task, behind ? NULL : page->seen);
    } else {
        const json_t *inside = json_object_get(task, "inside");
        fprintf(page->out, " is %s%s\n", piece_state(task), inside == NULL ? "" : ", at:");
        if (inside != NULL) {
            page_stack(page, inside);
        }
    }
    print_held(page, task);
    if (json_array_size(json_object_get(task, "created")) != 0) {
        fputs("  created", page->out);
        if (json_object_get(task, "parent") != NULL) {
            fprintf(page->out, " by %s", field_text(task, "parent"));
        }
        page_age(page, task);
        fputs(" at:\n", page->out);
        page_stack(page, json_object_get(task, "created"));
        if (wait == NULL) {
            source_print(page, finding, json_object_get(task, "created"));
            source_print_newer(page->out, finding, NULL, "");
        }
    }
    fputc('\n', page->out);
}

/* A lock with several readers once. */
static void print_numbered_of(const struct page *page, const json_t *tasks) {
    json_t *told = json_object(), *task, *lock;
    size_t i, k;
    json_array_foreach(tasks, i, task) {
        json_array_foreach(json_object_get(task, "holds"), k, lock) {
            const char *address = field_text(lock, "address");
            if (json_object_get(told, address) == NULL) {
                page_numbered(page, lock);
                json_object_set_new(told, address, json_true());
            }
        }
    }
    json_decref(told);
}

static bool has_frame(const json_t *stack) {
    const json_t *frame = piece_user_frame(stack);
    return frame != NULL && !field_is_set(frame, "hidden");
}

/* Where it waits, or was made. */
static const json_t *own_stack(const json_t *task) {
    const json_t *stack = json_object_get(json_object_get(task, "wait"), "stack");
    return stack != NULL ? stack : json_object_get(task, "created");
}

/* Of the first task of which a place in the program is known. */
static const json_t *stack_of(const json_t *tasks) {
    size_t i;
    json_t *task;
    json_array_foreach(tasks, i, task) {
        if (has_frame(own_stack(task))) {
            return own_stack(task);
        }
    }
    json_array_foreach(tasks, i, task) {
        if (has_frame(json_object_get(task, "created"))) {
            return json_object_get(task, "created");
        }
    }
    return own_stack(json_array_get(tasks, 0));
}

void text_tasks(const struct page *page, const json_t *finding, const char *heading,
                const char *what) {
    size_t i;
    json_t *task, *tasks = json_object_get(finding, "tasks");
    page_title(page, finding, heading, field_text(finding, "title"));
    json_array_foreach(tasks, i, task) {
        print_blocked(page, task, finding);
    }
    if (field_is(finding, "kind", "deadlock")) {
        turns_of_deadlock(page->out, tasks);
        print_numbered_of(page, tasks);
    }
    source_print_newer_seen(page->out, page->seen);
    page_hint(page, finding, "\n\n");
    page_end(page, finding, what, stack_of(tasks));
}

void text_dump(const struct page *page, const json_t *dump) {
    size_t i;
    json_t *task;
    page_title(page, dump, "TASKS", field_text(dump, "title"));
    json_array_foreach(json_object_get(dump, "tasks"), i, task) {
        print_blocked(page, task, dump);
    }
    fputs(PAGE_BAR "\n", page->out);
}
