/* text.c - the JSON model as text. */
#include "instrument/tools/report/text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "instrument/tools/report/escape.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/file_text.h"
#include "instrument/tools/report/library.h"
#include "instrument/tools/report/lock_labels.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/tests.h"
#include "instrument/tools/report/text_source.h"
#include "instrument/tools/report/text_turns.h"

#define BAR "=================="

/* Where one report is composed, and how. */
struct page {
    FILE *out;
    bool color;
    json_t *seen;             /* places of it whose source is shown; NULL: none is */
    char directory[PATH_MAX]; /* the current one with a slash: file names below it lose it */
};

/* -- file names, frames, source -- */

static const char *shown_path(const struct page *page, const char *file) {
    size_t length = strlen(page->directory);
    return length != 0 && strncmp(file, page->directory, length) == 0 ? file + length : file;
}

static void print_location(const struct page *page, const json_t *frame) {
    const char *file = json_string_value(json_object_get(frame, "file"));
    if (file != NULL) {
        fprintf(page->out, "%s:%lld", shown_path(page, file), field_number(frame, "line"));
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

static void print_frame(const struct page *page, long long number, const json_t *frame) {
    fprintf(page->out, "  #%lld %s  ", number, field_text(frame, "function"));
    print_location(page, frame);
    print_build_id(page, frame);
    const char *note = json_string_value(json_object_get(frame, "note"));
    fprintf(page->out, "%s%s%s%s\n", field_is_set(frame, "inlined") ? " (inlined)" : "",
            note == NULL ? "" : " (", note == NULL ? "" : note, note == NULL ? "" : ")");
    if (field_is_set(frame, "folded")) {
        fputs("     (repeats of a recursion are left out)\n", page->out);
    }
}

static void print_stack(const struct page *page, const json_t *stack) {
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
        fputs("  (no frame of the program is known)\n", page->out);
    }
}

static void print_title(const struct page *page, const json_t *finding, const char *heading,
                        const char *title) {
    const char *weight = field_is(finding, "severity", "error") ? "WARNING" : "NOTE";
    fprintf(page->out, BAR "\n%s%s: %s%s\n%s\n\n", page->color ? "\033[1;31m" : "", weight, heading,
            page->color ? "\033[0m" : "", title);
}

static void print_hint(const struct page *page, const json_t *finding, const char *after) {
    if (json_object_get(finding, "hint") != NULL) {
        fprintf(page->out, "%s%s", field_text(finding, "hint"), after);
    }
}

/* -- tasks -- */

/* goroutine 7 "alice" */
static void print_task_name(const struct page *page, const json_t *task) {
    const char *name = json_string_value(json_object_get(task, "name"));
    fputs(field_text(task, "label"), page->out);
    if (name != NULL) {
        fprintf(page->out, " \"%s\"", name);
    }
}

static const char *capitalised(const char *label, char *room, size_t bytes) {
    snprintf(room, bytes, "%s", label);
    if (room[0] >= 'a' && room[0] <= 'z') {
        room[0] = (char)(room[0] - 'a' + 'A');
    }
    return room;
}

static void print_duration(const struct page *page, long long ms) {
    if (ms < 1000) {
        fprintf(page->out, "%lld ms", ms);
    } else if (ms < 120000) {
        fprintf(page->out, "%.1f s", (double)ms / 1000);
    } else {
        fprintf(page->out, "%lld minutes", ms / 60000);
    }
}

/* " 12 ms ago", if it is known. */
static void print_age(const struct page *page, const json_t *task) {
    if (json_object_get(task, "age_ms") != NULL) {
        fputc(' ', page->out);
        print_duration(page, field_number(task, "age_ms"));
        fputs(" ago", page->out);
    }
}

static void print_creation(const struct page *page, const json_t *task, bool aged) {
    char room[64];
    if (field_is(task, "kind", "main")) {
        return;
    }
    const char *name = json_string_value(json_object_get(task, "name"));
    fputs(capitalised(field_text(task, "label"), room, sizeof room), page->out);
    if (name != NULL) {
        fprintf(page->out, " \"%s\"", name);
    }
    fprintf(page->out, " (%s) created", field_text(task, "state"));
    if (json_object_get(task, "parent") != NULL) {
        fprintf(page->out, " by %s", field_text(task, "parent"));
    }
    if (aged) {
        print_age(page, task);
    }
    fputs(" at:\n", page->out);
    print_stack(page, json_object_get(task, "created"));
    fputc('\n', page->out);
}

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
        print_stack(page, stack);
    }
}

/* "waits in chan receive on channel `done`, for 12 ms:" and the stack. */
static void print_wait(const struct page *page, const json_t *wait, json_t *seen) {
    size_t i;
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
        const char *how = field_is_set(object, "runs") ? ", run by " : ", held by ";
        fprintf(page->out, "%s%s%s since %s", i == 0 ? how : ", ", field_text(object, "label"),
                json_object_get(object, "ended") != NULL ? ", which has ended," : "", place);
        free(place);
    }
    if (piece_tells_waker(wait)) {
        fprintf(page->out, ", which %s could end", field_text(wait, "waker"));
    }
    if (json_object_get(wait, "cut_off") != NULL) {
        fputs(" (nobody who can run can reach it)", page->out);
    }
    fputs(", for ", page->out);
    print_duration(page, field_number(wait, "waiting_ms"));
    fputs(", at:\n", page->out);
    print_stack(page, json_object_get(wait, "stack"));
    source_print_once(page->out, seen, wait, "stack");
    print_last(page, wait);
}

static void print_held(const struct page *page, const json_t *task) {
    size_t i;
    json_t *lock;
    json_array_foreach(json_object_get(task, "holds"), i, lock) {
        bool runs = field_is(lock, "mode", "once");
        fprintf(page->out, "  %s %s, %s at:\n", runs ? "runs" : "holds", field_text(lock, "label"),
                runs ? "begun" : "taken");
        print_stack(page, json_object_get(lock, "taken"));
    }
}

/* A task of a deadlock or leak with everything known about it. Of one that waits nowhere the finding has what stands
 * where it was made. */
static void print_blocked(const struct page *page, const json_t *task, const json_t *finding) {
    char room[64];
    const json_t *wait = json_object_get(task, "wait");
    const char *name = json_string_value(json_object_get(task, "name"));
    fputs(capitalised(field_text(task, "label"), room, sizeof room), page->out);
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
        print_wait(page, wait, behind ? NULL : page->seen);
    } else {
        const json_t *inside = json_object_get(task, "inside");
        fprintf(page->out, " is %s%s\n", field_text(task, "state"), inside == NULL ? "" : ", at:");
        if (inside != NULL) {
            print_stack(page, inside);
        }
    }
    print_held(page, task);
    if (json_array_size(json_object_get(task, "created")) != 0) {
        fputs("  created", page->out);
        if (json_object_get(task, "parent") != NULL) {
            fprintf(page->out, " by %s", field_text(task, "parent"));
        }
        print_age(page, task);
        fputs(" at:\n", page->out);
        print_stack(page, json_object_get(task, "created"));
        if (wait == NULL) {
            source_print(page->out, json_object_get(finding, "snippet"));
            source_print_newer(page->out, finding, NULL, "");
        }
    }
    fputc('\n', page->out);
}

/* -- the end of every report -- */

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
static void print_end(const struct page *page, const json_t *finding, const char *what,
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
        print_location(page, frame);
        if (json_object_get(frame, "function") != NULL) {
            fprintf(page->out, " in %s", field_text(frame, "function"));
        }
    } else {
        fputs("at an unknown place", page->out);
    }
    fputs("\n" BAR "\n", page->out);
}

/* -- data races -- */

/* "Write of size 4 at 0x… by goroutine 7:", "Previous atomic read …". */
static void print_access(const struct page *page, const json_t *access, bool earlier,
                         const json_t *tasks) {
    char deed[64], room[80];
    snprintf(deed, sizeof deed, "%s%s%s", field_is_set(access, "atomic") ? "atomic " : "",
             field_is_set(access, "volatile") ? "volatile " : "", field_text(access, "access"));
    if (earlier) {
        snprintf(room, sizeof room, "Previous %s", deed);
    } else {
        capitalised(deed, room, sizeof room);
    }
    fputs(room, page->out);
    if (!field_is(access, "access", "free")) {
        fprintf(page->out, " of size %lld", field_number(access, "size"));
    }
    fprintf(page->out, " at %s by ", field_text(access, "address"));
    const json_t *task = task_with(tasks, field_number(access, "task_serial"));
    if (task != NULL) {
        print_task_name(page, task);
    } else {
        fputs(field_text(access, "task_label"), page->out);
    }
    fprintf(page->out, "%s:\n",
            field_is_set(access, "sync") ? " (use of the primitive itself)" : "");
    print_stack(page, json_object_get(access, "stack"));
    source_print(page->out, json_object_get(access, "snippet"));
    fputc('\n', page->out);
}

static void print_locks(const struct page *page, const json_t *access) {
    size_t i;
    json_t *lock;
    json_array_foreach(json_object_get(access, "locks"), i, lock) {
        fprintf(page->out, "  %s held %s%s, taken at:\n", field_text(access, "task_label"),
                field_text(lock, "label"), field_is(lock, "mode", "read") ? " for reading" : "");
        print_stack(page, json_object_get(lock, "taken"));
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
        fprintf(page->out, ", declared at %s:%lld", shown_path(page, field_text(object, "file")),
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
        fprintf(page->out, ", declared at %s:%lld", shown_path(page, field_text(object, "file")),
                field_number(object, "line"));
    }
    fputc('\n', page->out);
}

static void print_object(const struct page *page, const json_t *object) {
    bool of_thread = field_is(object, "kind", "thread-local");
    if (field_is(object, "kind", "global") ||
        (of_thread && json_object_get(object, "variable") != NULL)) {
        print_variable(page, object);
    } else if (of_thread) {
        fprintf(page->out, "The memory is in %s\n", field_text(object, "label"));
    } else if (field_is(object, "kind", "heap")) {
        fprintf(page->out, "The memory is at offset %lld of a%s heap block of %lld bytes at %s, ",
                field_number(object, "offset"), field_is_set(object, "freed") ? " freed" : "",
                field_number(object, "bytes"), field_text(object, "address"));
        fprintf(page->out, "allocated by %s at:\n", field_text(object, "task_label"));
        print_stack(page, json_object_get(object, "allocated"));
        if (field_is_set(object, "freed")) {
            fputs("  freed at:\n", page->out);
            print_stack(page, json_object_get(object, "freed_at"));
        }
    } else if (field_is(object, "kind", "stack")) {
        print_stack_memory(page, object);
    } else if (json_object_get(object, "created") != NULL ||
               json_object_get(object, "variable") != NULL) {
        fprintf(page->out, "The memory is the %s itself\n", field_text(object, "label"));
        if (json_array_size(json_object_get(object, "created")) != 0) {
            fputs("  made at:\n", page->out);
            print_stack(page, json_object_get(object, "created"));
        }
    } else {
        fprintf(page->out, "The memory is at %s, which is no known variable or heap block\n",
                field_text(object, "address"));
    }
    fputc('\n', page->out);
}

static void print_race(const struct page *page, const json_t *finding) {
    const json_t *accesses = json_object_get(finding, "accesses");
    const json_t *tasks = json_object_get(finding, "tasks");
    const json_t *later = json_array_get(accesses, 0), *earlier = json_array_get(accesses, 1);
    print_title(page, finding, "DATA RACE", field_text(finding, "title"));
    print_access(page, later, false, tasks);
    print_access(page, earlier, true, tasks);
    source_print_newer(page->out, later, earlier, "\n");
    size_t i;
    json_t *task;
    json_array_foreach(tasks, i, task) {
        print_creation(page, task, false);
    }
    json_array_foreach(json_object_get(finding, "family"), i, task) {
        print_creation(page, task, false); /* of those that they come from */
    }
    print_object(page, json_object_get(finding, "object"));
    fprintf(page->out, "%s\n", field_text(finding, "lock_verdict"));
    print_locks(page, later);
    print_locks(page, earlier);
    fprintf(page->out, "%s\n", field_text(finding, "reason"));
    print_hint(page, finding, "\n");
    fputc('\n', page->out);
    print_end(page, finding, "data race", json_object_get(later, "stack"));
}

/* -- locks that have numbers -- */

static void print_numbered(const struct page *page, const json_t *lock) {
    char room[64];
    const json_t *created = json_object_get(lock, "created");
    const json_t *stack = created != NULL ? created : json_object_get(lock, "allocated");
    if (json_object_get(lock, "short") != NULL && stack != NULL) {
        fprintf(page->out, "%s (%s) %s at:\n",
                capitalised(lock_label_short(lock), room, sizeof room), field_text(lock, "address"),
                created != NULL ? "was made" : "lies in memory allocated");
        print_stack(page, stack);
        fputc('\n', page->out);
    }
}

/* -- lock order -- */

static void print_step(const struct page *page, const json_t *step, const json_t *tasks) {
    const json_t *holds = json_object_get(step, "holds"), *takes = json_object_get(step, "takes");
    const json_t *task = task_with(tasks, field_number(step, "task_serial"));
    char room[64], *held = turns_deed("holds", holds), *taken = turns_deed("locks", takes);
    fputs(capitalised(field_text(step, "task_label"), room, sizeof room), page->out);
    if (task != NULL && json_object_get(task, "name") != NULL) {
        fprintf(page->out, " \"%s\"", field_text(task, "name"));
    }
    if (holds != NULL) {
        fprintf(page->out, " %s, locked at:\n", held);
        print_stack(page, json_object_get(holds, "taken"));
    }
    fprintf(page->out, "%s %s at:\n", holds == NULL ? "" : "  and", taken);
    print_stack(page, json_object_get(takes, "taken"));
    source_print_once(page->out, page->seen, takes, "taken");
    fputc('\n', page->out);
    free(held);
    free(taken);
}

static void print_order(const struct page *page, const json_t *finding) {
    const json_t *cycle = json_object_get(finding, "cycle");
    const json_t *tasks = json_object_get(finding, "tasks");
    size_t i;
    json_t *part;
    print_title(page, finding, "LOCK ORDER", field_text(finding, "title"));
    json_array_foreach(cycle, i, part) {
        print_step(page, part, tasks);
    }
    turns_of_order(page->out, cycle);
    source_print_newer_seen(page->out, page->seen);
    fputs("No lock keeps them apart, and nothing but these locks orders them in this run.\n\n",
          page->out);
    json_array_foreach(cycle, i, part) {
        print_numbered(page, json_object_get(part, "holds"));
    }
    json_array_foreach(tasks, i, part) {
        print_creation(page, part, true);
    }
    print_hint(page, finding, "\n\n");
    const json_t *takes = json_object_get(json_array_get(cycle, 0), "takes");
    print_end(page, finding, "lock order", json_object_get(takes, "taken"));
}

/* -- the other kinds -- */

/* A lock with several readers once. */
static void print_numbered_of(const struct page *page, const json_t *tasks) {
    json_t *told = json_object(), *task, *lock;
    size_t i, k;
    json_array_foreach(tasks, i, task) {
        json_array_foreach(json_object_get(task, "holds"), k, lock) {
            const char *address = field_text(lock, "address");
            if (json_object_get(told, address) == NULL) {
                print_numbered(page, lock);
                json_object_set_new(told, address, json_true());
            }
        }
    }
    json_decref(told);
}

static void print_tasks(const struct page *page, const json_t *finding, const char *heading,
                        const char *what) {
    size_t i;
    json_t *task, *tasks = json_object_get(finding, "tasks");
    print_title(page, finding, heading, field_text(finding, "title"));
    json_array_foreach(tasks, i, task) {
        print_blocked(page, task, finding);
    }
    if (field_is(finding, "kind", "deadlock")) {
        turns_of_deadlock(page->out, tasks);
        print_numbered_of(page, tasks);
    }
    source_print_newer_seen(page->out, page->seen);
    print_hint(page, finding, "\n\n");
    const json_t *first = json_array_get(tasks, 0);
    const json_t *stack = json_object_get(json_object_get(first, "wait"), "stack");
    print_end(page, finding, what, stack != NULL ? stack : json_object_get(first, "created"));
}

/* Who holds the object of a misuse, and where it was made. */
static void print_misused(const struct page *page, const json_t *finding) {
    size_t i, j;
    json_t *task, *lock;
    const json_t *object = json_object_get(finding, "object");
    json_array_foreach(json_object_get(finding, "tasks"), i, task) {
        json_array_foreach(json_object_get(task, "holds"), j, lock) {
            fprintf(page->out, "%s was locked by ", field_text(lock, "label"));
            print_task_name(page, task);
            fputs(" at:\n", page->out);
            print_stack(page, json_object_get(lock, "taken"));
        }
    }
    if (json_array_size(json_object_get(object, "created")) != 0) {
        fprintf(page->out, "The %s was made at:\n", field_text(object, "kind"));
        print_stack(page, json_object_get(object, "created"));
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
        print_task_name(page, task);
    } else {
        fputs("In another task", page->out);
    }
    fputs(":\n", page->out);
    print_stack(page, stack);
    source_print(page->out, json_object_get(finding, "snippet"));
    source_print_newer(page->out, finding, NULL, "");
    if (!by_nobody) {
        print_misused(page, finding);
    }
    fputc('\n', page->out);
}

static void print_message(const struct page *page, const json_t *finding, const char *heading,
                          const char *what) {
    const json_t *stack = json_array_get(json_object_get(finding, "stacks"), 0);
    const json_t *task = json_array_get(json_object_get(finding, "tasks"), 0);
    print_title(page, finding, heading, field_text(finding, "message"));
    print_deed(page, finding, task);
    if (task != NULL) {
        print_creation(page, task, false);
    }
    print_end(page, finding, what, stack);
}

static void print_finding(const struct page *page, const json_t *finding) {
    if (field_is(finding, "kind", "data-race")) {
        print_race(page, finding);
    } else if (field_is(finding, "kind", "lock-order")) {
        print_order(page, finding);
    } else if (field_is(finding, "class", "timeout")) {
        print_tasks(page, finding, "TIMEOUT", "timeout");
    } else if (field_is(finding, "kind", "deadlock")) {
        print_tasks(page, finding, "DEADLOCK", "deadlock");
    } else if (field_is(finding, "kind", "leak")) {
        print_tasks(page, finding, "LEAK", "leak");
    } else if (field_is(finding, "kind", "panic")) {
        print_message(page, finding, "PANIC", "panic");
    } else if (field_is(finding, "kind", "misuse")) {
        print_message(page, finding, "MISUSE", "misuse");
    } else {
        print_title(page, finding, field_text(finding, "kind"), field_text(finding, "title"));
        print_end(page, finding, field_text(finding, "kind"), NULL);
    }
}

/* -- the whole -- */

/* All tasks of a process that goes on: many, so without their source. */
static void print_dump(const struct page *page, const json_t *dump) {
    size_t i;
    json_t *task;
    print_title(page, dump, "TASKS", field_text(dump, "title"));
    json_array_foreach(json_object_get(dump, "tasks"), i, task) {
        print_blocked(page, task, dump);
    }
    fputs(BAR "\n", page->out);
}

/* What print() prints; a new string. */
static char *page_text(const json_t *json, bool color, size_t *bytes,
                       void (*print)(const struct page *page, const json_t *json)) {
    char *text = NULL;
    struct page page = {.out = open_memstream(&text, bytes), .color = color};
    page.seen = print == print_dump ? NULL : json_object();
    if (page.out == NULL) {
        say_fatal("out of memory: the report could not be printed");
    }
    if (getcwd(page.directory, sizeof page.directory - 1) == NULL) {
        page.directory[0] = '\0';
    } else if (strcmp(page.directory, "/") != 0) {
        strcat(page.directory, "/");
    }
    json_t *plain = escape_controls(json);
    print(&page, plain);
    json_decref(plain);
    json_decref(page.seen);
    fclose(page.out);
    return text;
}

/* Returns 0, or errno of what could not be written; likewise below. */
static int with_page(const json_t *json, int fd, bool color,
                     void (*print)(const struct page *page, const json_t *json)) {
    size_t bytes;
    char *text = page_text(json, color, &bytes, print);
    int why = fd_write(fd, text, bytes);
    free(text);
    return why;
}

char *text_of_finding(const json_t *finding) {
    size_t bytes;
    return page_text(finding, false, &bytes, print_finding);
}

/* All conditions but the one that the verdict repeats. */
static void print_conditions(const struct page *page, const json_t *head) {
    size_t i;
    json_t *condition;
    const char *summary = field_text(head, "summary");
    json_array_foreach(json_object_get(head, "conditions"), i, condition) {
        if (strstr(summary, field_text(condition, "text")) == NULL) {
            fprintf(page->out, "raddle: %s%s\n",
                    field_is_set(condition, "blind") ? "not checked: " : "",
                    field_text(condition, "text"));
        }
    }
}

static void print_verdict(const struct page *page, const json_t *head) {
    bool good = field_is(head, "verdict", "clean");
    print_conditions(page, head);
    fprintf(page->out, "%sraddle: %s%s\n",
            !page->color ? ""
            : good       ? "\033[32m"
                         : "\033[1;31m",
            field_text(head, "summary"), page->color ? "\033[0m" : "");
}

/* A finding in the words of another detector: one write(2) as well. */
static int print_foreign(const json_t *finding, int fd, const struct text_format *format) {
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (out == NULL) {
        say_fatal("out of memory: the report could not be printed");
    }
    json_t *plain = escape_controls(finding);
    format->finding(out, plain);
    json_decref(plain);
    fclose(out);
    int why = fd_write(fd, text, bytes);
    free(text);
    return why;
}

static void print_foreign_end(const struct model *model, int fd, const struct text_format *format) {
    FILE *out = fdopen(dup(fd), "w");
    if (out != NULL) {
        format->end(out, model);
        fclose(out);
    }
}

int text_print(const struct model *model, int fd, const struct text_options *options) {
    const struct text_format *format = options->format;
    bool foreign = format != NULL && format->finding != NULL;
    int failed = 0;
    for (size_t i = 0; !options->quiet && i < model->findings.n; i++) {
        json_t *finding = store_get(&model->findings, i);
        int why = foreign ? print_foreign(finding, fd, format)
                          : with_page(finding, fd, options->color, print_finding);
        failed = failed != 0 ? failed : why;
        json_decref(finding);
    }
    if (foreign && !options->quiet) {
        print_foreign_end(model, fd, format);
    }
    int why = with_page(model->head, fd, options->color, print_verdict);
    return failed != 0 ? failed : why;
}

void text_print_dump(const json_t *dump, int fd, const struct text_options *options) {
    with_page(dump, fd, options->color, print_dump);
}

bool text_color(const char *when, int fd, bool *color) {
    const char *terminal = getenv("TERM"), *forbidden = getenv("NO_COLOR");
    if (strcmp(when, "always") == 0) {
        *color = true;
    } else if (strcmp(when, "never") == 0) {
        *color = false;
    } else if (strcmp(when, "auto") == 0) {
        *color = isatty(fd) && terminal != NULL && strcmp(terminal, "dumb") != 0 &&
                 (forbidden == NULL || forbidden[0] == '\0');
    } else {
        return false;
    }
    return true;
}
