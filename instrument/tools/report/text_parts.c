/* text_parts.c - what all kinds of reports are made of; see text_parts.h. */
#include "instrument/tools/report/text_parts.h"

#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/cells.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/lock_labels.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/tests.h"

char *page_part(const struct page *page, page_printer *print, const void *what, size_t room) {
    char *text = NULL;
    size_t bytes;
    struct page part = *page;
    part.out = open_memstream(&text, &bytes);
    part.room = room;
    if (part.out == NULL) {
        say_fatal("out of memory: the report could not be printed");
    }
    print(&part, what);
    fclose(part.out);
    return text;
}

/* -- places and stacks -- */

const char *page_path(const struct page *page, const char *file) {
    size_t length = strlen(page->directory);
    return length != 0 && strncmp(file, page->directory, length) == 0 ? file + length : file;
}

void page_location(const struct page *page, const json_t *frame) {
    const char *file = json_string_value(json_object_get(frame, "file"));
    if (file != NULL) {
        fprintf(page->out, "%s:%lld", page_path(page, file), field_number(frame, "line"));
    } else {
        fprintf(page->out, "(%s+%s)",
                json_object_get(frame, "module") == NULL ? "no module"
                                                         : field_text(frame, "module"),
                field_text(frame, json_object_get(frame, "offset") == NULL ? "pc" : "offset"));
    }
}

/* Where a name would be looked up that was not found here. */
static void print_build_id(const struct page *page, const json_t *frame) {
    if (json_object_get(frame, "build_id") != NULL) {
        fprintf(page->out, " build id %s", field_text(frame, "build_id"));
    }
}

/* Of a deep recursion a page shows its two ends. */
enum { STACK_HEAD = 48, STACK_TAIL = 16 };

/* Frames that a reader is to see, or that stand for such. */
static long long frames_of(const json_t *frame) {
    long long omitted = field_number(frame, "omitted");
    return omitted != 0 ? omitted : !field_is_set(frame, "hidden");
}

/* Where a frame is, and what is to be said of it. */
static void print_place(const struct page *page, const void *what) {
    const json_t *frame = what;
    const char *note = json_string_value(json_object_get(frame, "note"));
    page_location(page, frame);
    print_build_id(page, frame);
    fprintf(page->out, "%s%s%s%s", field_is_set(frame, "inlined") ? " (inlined)" : "",
            note == NULL ? "" : " (", note == NULL ? "" : note, note == NULL ? "" : ")");
}

/* Does the place stand behind the name on its line? Beside another part it may be below. */
static bool is_one_line(const struct page *page, int before, const char *name,
                        const json_t *frame) {
    if (page->room == 0) {
        return true;
    }
    char *place = page_part(page, print_place, frame, page->room);
    size_t cells = cells_of(name, strlen(name)) + strlen("  ") + cells_of(place, strlen(place));
    free(place);
    return (size_t)before + cells <= page->room;
}

static void print_frame(const struct page *page, long long number, const json_t *frame) {
    const char *name = field_text(frame, "function");
    int before = fprintf(page->out, "  #%lld ", number);
    fprintf(page->out, "%s%s", name, is_one_line(page, before, name, frame) ? "  " : "\n       ");
    print_place(page, frame);
    fputc('\n', page->out);
    if (field_is_set(frame, "folded")) {
        fputs("     (repeats of a recursion are left out)\n", page->out);
    }
}

/* The runtime's public function in which a stack without any frame of the program begins, or NULL. */
static const char *called_of(const json_t *stack) {
    const char *name = json_string_value(json_object_get(json_array_get(stack, 0), "function"));
    bool is_public = name != NULL && strncmp(name, "rdl_", 4) == 0 && name[4] != '_';
    return is_public ? name : NULL;
}

void page_stack(const struct page *page, const json_t *stack) {
    size_t i;
    json_t *frame;
    long long all = 0, at = 0;
    json_array_foreach(stack, i, frame) {
        all = number_sum(all, frames_of(frame));
    }
    long long left_out = all > STACK_HEAD + STACK_TAIL + 1 ? all - STACK_HEAD - STACK_TAIL : 0;
    json_array_foreach(stack, i, frame) {
        bool inside = left_out != 0 && at >= STACK_HEAD && at < all - STACK_TAIL;
        if (inside && at == STACK_HEAD) {
            fprintf(page->out, "  … %lld frames …\n", left_out);
        }
        if (!inside && !field_is_set(frame, "hidden")) {
            print_frame(page, at, frame);
        }
        at = number_sum(at, frames_of(frame));
    }
    if (all == 0) {
        const char *called = called_of(stack);
        fprintf(page->out, "  (%s%s%sno frame of the program is known)\n",
                called == NULL ? "" : "in ", called == NULL ? "" : called,
                called == NULL ? "" : "; ");
    }
}

/* -- tasks -- */

/* goroutine 7 "alice" */
void page_task_name(const struct page *page, const json_t *task) {
    const char *name = json_string_value(json_object_get(task, "name"));
    fputs(field_text(task, "label"), page->out);
    if (name != NULL) {
        fprintf(page->out, " \"%s\"", name);
    }
}

const char *page_capitalised(const char *label, char *room, size_t bytes) {
    snprintf(room, bytes, "%s", label);
    if (room[0] >= 'a' && room[0] <= 'z') {
        room[0] = (char)(room[0] - 'a' + 'A');
    }
    return room;
}

/* " 12 ms ago", if it is known. */
void page_age(const struct page *page, const json_t *task) {
    if (json_object_get(task, "age_ms") != NULL) {
        fputc(' ', page->out);
        print_duration(page->out, field_number(task, "age_ms"));
        fputs(" ago", page->out);
    }
}

void page_creation(const struct page *page, const json_t *task, bool aged) {
    char room[64];
    if (field_is(task, "kind", "main")) {
        return;
    }
    const char *name = json_string_value(json_object_get(task, "name"));
    fputs(page_capitalised(field_text(task, "label"), room, sizeof room), page->out);
    if (name != NULL) {
        fprintf(page->out, " \"%s\"", name);
    }
    fprintf(page->out, " (%s) created", piece_state(task));
    if (json_object_get(task, "parent") != NULL) {
        fprintf(page->out, " by %s", field_text(task, "parent"));
    }
    if (aged) {
        page_age(page, task);
    }
    fputs(" at:\n", page->out);
    page_stack(page, json_object_get(task, "created"));
    fputc('\n', page->out);
}

/* -- locks that have numbers -- */

void page_numbered(const struct page *page, const json_t *lock) {
    char room[64];
    const json_t *created = json_object_get(lock, "created");
    const json_t *stack = created != NULL ? created : json_object_get(lock, "allocated");
    if (json_object_get(lock, "short") != NULL && stack != NULL) {
        fprintf(page->out, "%s (%s) %s at:\n",
                page_capitalised(lock_label_short(lock), room, sizeof room),
                field_text(lock, "address"),
                created != NULL ? "was made" : "lies in memory allocated");
        page_stack(page, stack);
        fputc('\n', page->out);
    }
}

/* -- the beginning and the end -- */

void page_title(const struct page *page, const json_t *finding, const char *heading,
                const char *title) {
    const char *weight = field_is(finding, "severity", "error") ? "WARNING" : "NOTE";
    fprintf(page->out, PAGE_BAR "\n%s%s: %s%s\n%s\n\n", page->color ? "\033[1;31m" : "", weight,
            heading, page->color ? "\033[0m" : "", title);
}

void page_hint(const struct page *page, const json_t *finding, const char *after) {
    if (json_object_get(finding, "hint") != NULL) {
        fprintf(page->out, "%s%s", field_text(finding, "hint"), after);
    }
}

/* The tests in which it was found, where they are more than the command says. */
static void print_tests(const struct page *page, const json_t *finding) {
    enum { SHOWN = 8 };
    char *command = tests_command(finding);
    const json_t *tests = json_object_get(finding, "tests");
    size_t n = json_array_size(tests);
    if (n > 1 || (n == 1 && !field_is(finding, "test", command))) {
        fputs(n == 1 ? "\nTest: " : "\nTests: ", page->out);
        for (size_t i = 0; i < n && i < SHOWN; i++) {
            const char *name = json_string_value(json_array_get(tests, i));
            fprintf(page->out, "%s%s", i == 0 ? "" : ", ", name == NULL ? "?" : name);
        }
        if (n > SHOWN) {
            fprintf(page->out, " and %zu more", n - SHOWN);
        }
    }
    if (command[0] != '\0') {
        fprintf(page->out, "\nCommand: %s", command);
    }
    free(command);
}

/* Which process, how often, and the id by which the finding can be named. */
void page_end(const struct page *page, const json_t *finding, const char *what,
              const json_t *stack) {
    const json_t *frame = piece_user_frame(stack);
    size_t processes = json_array_size(json_object_get(finding, "processes"));
    fprintf(page->out, "Finding %s", field_text(finding, "id"));
    long long count = field_number(finding, "count");
    if (count > 1) {
        fprintf(page->out, ", %lld times", count);
    }
    if (processes > 1) {
        fprintf(page->out, " in %zu processes", processes);
    } else {
        fprintf(page->out, " in process %lld", field_number(finding, "process"));
    }
    if (!field_is(finding, "severity", "error")) {
        fprintf(page->out, "; a %s: it does not fail the run",
                field_is(finding, "severity", "note") ? "note" : "matter of portability");
    }
    size_t i;
    json_t *also;
    json_array_foreach(json_object_get(finding, "also"), i, also) {
        fprintf(page->out, "%s%s", i == 0 ? "; also at " : "; ", json_string_value(also));
    }
    print_tests(page, finding);
    fprintf(page->out, "\nSuppression: id:%s", field_text(finding, "id"));
    fprintf(page->out, "\nSUMMARY: Raddle: %s ", what);
    if (frame != NULL) {
        page_location(page, frame);
        if (json_object_get(frame, "function") != NULL) {
            fprintf(page->out, " in %s", field_text(frame, "function"));
        }
    } else {
        fputs("at an unknown place", page->out);
    }
    fputs("\n" PAGE_BAR "\n", page->out);
}
