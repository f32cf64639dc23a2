/* text_turns.c - who does what, task beside task, time downwards? */
#include "instrument/tools/report/text_turns.h"

#include <stdlib.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/library.h"
#include "instrument/tools/report/lock_labels.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/turns.h"

enum { WIDTH = 40, COLUMNS = 4, MOST = 16 };

char *turns_deed(const char *verb, const json_t *lock) {
    return str_format("%s %s%s", verb, lock_label_short(lock),
                      field_is(lock, "mode", "read") ? " for reading" : "");
}

/* The names of n tasks above their columns; with too many for a line each stands by what it does. */
static void print_names(FILE *out, size_t n, const json_t *const *tasks, const char *field) {
    for (size_t i = 0; i < n && n <= COLUMNS; i++) {
        bool last = i + 1 == n;
        fprintf(out, "%s%-*s%s", i == 0 ? "  " : "", last ? 0 : WIDTH, field_text(tasks[i], field),
                last ? "\n" : "");
    }
}

/* One line: what the task of that column does, and where. Takes the deed. */
static void print_turn(FILE *out, size_t n, size_t column, const char *task, char *deed,
                       const json_t *stack) {
    char *place = piece_frame_place(piece_user_frame(stack));
    if (n <= COLUMNS) {
        fprintf(out, "  %*s%s (%s)\n", (int)column * WIDTH, "", deed, place);
    } else {
        fprintf(out, "  %s %s (%s)\n", task, deed, place);
    }
    free(deed);
    free(place);
}

/* -- lock orders -- */

static void print_step(FILE *out, size_t n, size_t column, const json_t *step, const char *verb,
                       const char *which) {
    const json_t *lock = json_object_get(step, which);
    if (lock != NULL) {
        print_turn(out, n, column, field_text(step, "task_label"), turns_deed(verb, lock),
                   json_object_get(lock, "taken"));
    }
}

/* Each takes its first lock, then each waits for its second. */
void turns_of_order(FILE *out, const json_t *cycle) {
    size_t i, n = json_array_size(cycle);
    const json_t *steps[COLUMNS] = {0};
    json_t *step;
    fputs("If it happens in this order, none of them goes on:\n", out);
    for (i = 0; i < n && n <= COLUMNS; i++) {
        steps[i] = json_array_get(cycle, i);
    }
    print_names(out, n, steps, "task_label");
    size_t *order = turns_of_locks(cycle);
    for (i = 0; i < n; i++) {
        print_step(out, n, order[i], json_array_get(cycle, order[i]), "locks", "holds");
    }
    free(order);
    json_array_foreach(cycle, i, step) {
        print_step(out, n, i, step, "waits for", "takes");
    }
    fputc('\n', out);
}

/* -- deadlocks -- */

/* One of those who wait for each other, and holds what another wants, or wants what another holds. */
static bool takes_part(const json_t *task) {
    const json_t *wait = json_object_get(task, "wait");
    return wait != NULL && json_object_get(task, "behind") == NULL &&
           (json_array_size(json_object_get(task, "holds")) != 0 ||
            json_array_size(json_object_get(wait, "held_by")) != 0);
}

static void print_holds(FILE *out, size_t n, size_t column, const json_t *task) {
    size_t i;
    json_t *lock;
    json_array_foreach(json_object_get(task, "holds"), i, lock) {
        const char *verb = field_is(lock, "mode", "once") ? "begins" : "locks";
        print_turn(out, n, column, field_text(task, "label"), turns_deed(verb, lock),
                   json_object_get(lock, "taken"));
    }
}

static void print_waits(FILE *out, size_t n, size_t column, const json_t *task) {
    const json_t *wait = json_object_get(task, "wait");
    const json_t *object = json_array_get(json_object_get(wait, "objects"), 0);
    bool is_held = json_array_size(json_object_get(wait, "held_by")) != 0;
    const char *label = object == NULL ? "" : lock_label_short(object);
    bool behind = json_object_get(wait, "behind") != NULL;
    char *deed = is_held ? str_format("waits for %s%s%s", label, behind ? " behind " : "",
                                      behind ? field_text(wait, "behind") : "")
                         : str_format("waits in %s%s%s", library_wait_name(wait),
                                      object == NULL ? "" : " on ", label);
    print_turn(out, n, column, field_text(task, "label"), deed, json_object_get(wait, "stack"));
}

/* Parts that have waited longer first, else in the order of the finding. */
static void by_waiting(const json_t *const *parts, size_t n, size_t *order) {
    for (size_t i = 0; i < n; i++) {
        json_int_t since = field_number(json_object_get(parts[i], "wait"), "waiting_ms");
        size_t at = i;
        for (; at > 0; at--) {
            const json_t *before = json_object_get(parts[order[at - 1]], "wait");
            if (field_number(before, "waiting_ms") >= since) {
                break;
            }
            order[at] = order[at - 1];
        }
        order[at] = i;
    }
}

/* What each had taken stands before all waits, whoever was first: when, nobody noted. Of waits it is known, to the
 * millisecond. */
void turns_of_deadlock(FILE *out, const json_t *tasks) {
    const json_t *parts[MOST];
    size_t i, n = 0, order[MOST];
    json_t *task;
    json_array_foreach(tasks, i, task) {
        if (takes_part(task) && n < MOST) {
            parts[n++] = task;
        }
    }
    if (n < 2) {
        return;
    }
    fputs("How they came to wait for each other:\n", out);
    print_names(out, n, parts, "label");
    for (i = 0; i < n; i++) {
        print_holds(out, n, i, parts[i]);
    }
    by_waiting(parts, n, order);
    for (i = 0; i < n; i++) {
        print_waits(out, n, order[i], parts[order[i]]);
    }
    fputc('\n', out);
}
