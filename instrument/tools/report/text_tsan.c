/* text_tsan.c - reports as ThreadSanitizer prints them, for what parses those.
 *
 * Tasks are threads T1, T2 … by their serial. Where a mutex was made is not in the model, so that
 * ThreadSanitizer's own words for that stand there.
 */
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/library.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/place.h"
#include "instrument/tools/report/text_formats.h"
#include "instrument/tools/report/verdict.h"

#define BAR "=================="

/* -- stacks -- */

static void print_place(FILE *out, const json_t *frame) {
    const char *file = json_string_value(json_object_get(frame, "file"));
    if (file == NULL) {
        fputs("<null>", out);
        return;
    }
    fprintf(out, "%s:%lld", file, field_number(frame, "line"));
    if (field_number(frame, "column") > 0) {
        fprintf(out, ":%lld", field_number(frame, "column"));
    }
}

/* " (program+0x14906d4)" */
static void print_module(FILE *out, const json_t *of, const char *key) {
    const char *module = field_text(of, "module"), *slash = strrchr(module, '/');
    const char *offset = json_string_value(json_object_get(of, key));
    fprintf(out, " (%s+%s)", slash == NULL ? module : slash + 1, offset == NULL ? "0x0" : offset);
}

static void print_stack(FILE *out, const json_t *stack) {
    size_t i, n = 0;
    json_t *frame;
    json_array_foreach(stack, i, frame) {
        if (field_is_set(frame, "hidden") || json_object_get(frame, "omitted") != NULL) {
            continue;
        }
        fprintf(out, "    #%zu %s ", n++, field_text(frame, "function"));
        print_place(out, frame);
        print_module(out, frame, "offset");
        fputc('\n', out);
    }
    fputs(n == 0 ? "    [failed to restore the stack]\n\n" : "\n", out);
}

/* As all lines refer to it, by which who parses them links them: its name stands where its creation is told. */
static void print_thread_called(FILE *out, bool is_main, json_int_t serial) {
    if (is_main) {
        fputs("main thread", out);
    } else {
        fprintf(out, "thread T%lld", (long long)serial);
    }
}

static void print_thread(FILE *out, const json_t *finding, json_int_t serial) {
    const json_t *task = task_with(json_object_get(finding, "tasks"), serial);
    print_thread_called(out, field_is(task, "kind", "main"), serial);
}

/* "  Thread T2 'alice' (tid=2, running) created by main thread at:" */
static void print_creation(FILE *out, const json_t *task) {
    if (field_is(task, "kind", "main")) {
        return;
    }
    fprintf(out, "  Thread T%lld", field_number(task, "serial"));
    if (json_object_get(task, "name") != NULL) {
        fprintf(out, " '%s'", field_text(task, "name"));
    }
    fprintf(out, " (tid=%lld, %s) created", field_number(task, "id"),
            field_is(task, "state", "finished") ? "finished" : "running");
    if (json_object_get(task, "parent_serial") != NULL) {
        fputs(" by ", out);
        print_thread_called(out, field_is(task, "parent", "main"),
                            field_number(task, "parent_serial"));
    }
    fputs(" at:\n", out);
    print_stack(out, json_object_get(task, "created"));
}

static void print_creations(FILE *out, const json_t *finding) {
    size_t i;
    json_t *task;
    json_array_foreach(json_object_get(finding, "tasks"), i, task) {
        print_creation(out, task);
    }
    /* The memory may be a third one's. */
    json_int_t owner = field_number(json_object_get(finding, "object"), "task_serial");
    const json_t *other = task_with(json_object_get(finding, "family"), owner);
    if (other != NULL) {
        print_creation(out, other);
    }
}

/* -- mutexes: M0, M1 … by their place in a list of addresses -- */

static size_t mutex_number(json_t *mutexes, const char *address) {
    size_t i;
    json_t *known;
    json_array_foreach(mutexes, i, known) {
        if (strcmp(json_string_value(known), address) == 0) {
            return i;
        }
    }
    json_array_append_new(mutexes, json_string(address));
    return json_array_size(mutexes) - 1;
}

static size_t number_of(json_t *mutexes, const json_t *lock) {
    return mutex_number(mutexes, field_text(lock, "address"));
}

/* " (mutexes: write M0, read M1)" */
static void print_mutexes(FILE *out, const json_t *locks, json_t *mutexes) {
    size_t i;
    json_t *lock;
    json_array_foreach(locks, i, lock) {
        fprintf(out, "%s%s M%zu", i == 0 ? " (mutexes: " : ", ",
                field_is(lock, "mode", "read") ? "read" : "write", number_of(mutexes, lock));
    }
    fputs(json_array_size(locks) == 0 ? "" : ")", out);
}

static void print_mutex_list(FILE *out, const json_t *mutexes) {
    size_t i;
    json_t *address;
    json_array_foreach(mutexes, i, address) {
        fprintf(out, "  Mutex M%zu (%s) created at:\n", i, json_string_value(address));
        print_stack(out, NULL);
    }
}

/* -- findings -- */

/* ThreadSanitizer knows no notes: what does not fail a run must not be read as a warning. */
static bool is_warning(const json_t *finding) {
    return field_is(finding, "severity", "error");
}

static void print_heading(FILE *out, const json_t *finding, const char *what) {
    fprintf(out, BAR "\n%s: ThreadSanitizer: %s (pid=%lld)\n",
            is_warning(finding) ? "WARNING" : "NOTE", what, field_number(finding, "process"));
}

static void print_summary(FILE *out, const json_t *finding, const char *what) {
    const json_t *frame = piece_user_frame(place_stack(finding));
    if (!is_warning(finding)) {
        fputs(BAR "\n", out);
        return;
    }
    fprintf(out, "SUMMARY: ThreadSanitizer: %s ", what);
    print_place(out, frame);
    fprintf(out, " in %s\n" BAR "\n", field_text(frame, "function"));
}

/* "  Location is global 'table' of size 48 at 0x5555569e46b8 (program+0x14906d4)": the whole variable, and in the
 * module the bytes that were touched. */
static void print_global(FILE *out, const json_t *finding, const json_t *object) {
    const json_t *access = json_array_get(json_object_get(finding, "accesses"), 0);
    bool is_placed = json_object_get(object, "address") != NULL;
    const char *key = json_object_get(object, "variable") != NULL ? "variable" : "name";
    fprintf(out, "  Location is global '%s'", field_text(object, key));
    if (field_number(object, "bytes") > 0) {
        fprintf(out, " of size %lld", field_number(object, "bytes"));
    }
    fprintf(out, " at %s", field_text(is_placed ? object : access, "address"));
    print_module(out, object, "module_offset");
    fputs("\n\n", out);
}

/* Whose it is: a model of before has no serial, but always a label. */
static void print_owner(FILE *out, const json_t *object) {
    bool is_main = field_is(object, "task_label", "main");
    json_int_t serial = field_number(object, "task_serial");
    if (serial != 0 || is_main) {
        print_thread_called(out, is_main, serial);
    } else {
        fputs(field_text(object, "task_label"), out);
    }
}

static void print_location(FILE *out, const json_t *finding) {
    const json_t *object = json_object_get(finding, "object");
    if (field_is(object, "kind", "global")) {
        print_global(out, finding, object);
    } else if (field_is(object, "kind", "heap")) {
        fprintf(out, "  Location is heap block of size %lld at %s allocated by ",
                field_number(object, "bytes"), field_text(object, "address"));
        print_owner(out, object);
        fputs(":\n", out);
        print_stack(out, json_object_get(object, "allocated"));
    } else if (field_is(object, "kind", "thread-local") || field_is(object, "kind", "stack")) {
        fprintf(out, "  Location is %s of ", field_is(object, "kind", "stack") ? "stack" : "TLS");
        print_owner(out, object);
        fputs(".\n\n", out);
    }
}

static void print_race(FILE *out, const json_t *finding) {
    size_t i;
    json_t *access, *mutexes = json_array();
    print_heading(out, finding, "data race");
    json_array_foreach(json_object_get(finding, "accesses"), i, access) {
        bool write = !field_is(access, "access", "read");
        bool atomic = field_is_set(access, "atomic");
        const char *deed = write ? "write" : "read";
        fprintf(out, "  %s%s of size %lld at %s by ",
                i != 0   ? atomic ? "Previous atomic " : "Previous "
                : atomic ? "Atomic "
                         : "",
                i != 0 || atomic ? deed
                : write          ? "Write"
                                 : "Read",
                field_number(access, "size"), field_text(access, "address"));
        print_thread(out, finding, field_number(access, "task_serial"));
        print_mutexes(out, json_object_get(access, "locks"), mutexes);
        fputs(":\n", out);
        print_stack(out, json_object_get(access, "stack"));
    }
    print_location(out, finding);
    print_mutex_list(out, mutexes);
    print_creations(out, finding);
    print_summary(out, finding, "data race");
    json_decref(mutexes);
}

static void print_order(FILE *out, const json_t *finding) {
    static const char what[] = "lock-order-inversion (potential deadlock)";
    const json_t *cycle = json_object_get(finding, "cycle");
    size_t i, n = json_array_size(cycle);
    json_t *step, *mutexes = json_array();
    print_heading(out, finding, what);
    fputs("  Cycle in lock order graph: ", out);
    for (i = 0; i <= n && n != 0; i++) {
        const json_t *lock = json_object_get(json_array_get(cycle, i % n), "holds");
        fprintf(out, "%sM%zu", i == 0 ? "" : " => ", number_of(mutexes, lock));
        if (i < n) {
            fprintf(out, " (%s)", field_text(lock, "address"));
        }
    }
    fputs("\n\n", out);
    json_array_foreach(cycle, i, step) {
        const json_t *holds = json_object_get(step, "holds"),
                     *takes = json_object_get(step, "takes");
        size_t held = number_of(mutexes, holds);
        fprintf(out, "  Mutex M%zu acquired here while holding mutex M%zu in ",
                number_of(mutexes, takes), held);
        print_thread(out, finding, field_number(step, "task_serial"));
        fputs(":\n", out);
        print_stack(out, json_object_get(takes, "taken"));
        fprintf(out, "  Mutex M%zu previously acquired by the same thread here:\n", held);
        print_stack(out, json_object_get(holds, "taken"));
    }
    print_creations(out, finding);
    print_summary(out, finding, what);
    json_decref(mutexes);
}

/* The words that ThreadSanitizer has for what a misuse is; else our own. */
static const char *misuse_words(const json_t *finding) {
    static const struct {
        const char *class, *words;
    } words[] = {
        {"unlock by another", "unlock of an unlocked mutex (or by a wrong thread)"},
        {"unlock of unlocked", "unlock of an unlocked mutex (or by a wrong thread)"},
        {"destroy of locked", "destroy of a locked mutex"},
        {"unsafe call in a signal handler", "signal-unsafe call inside of a signal"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (field_is(finding, "class", words[i].class)) {
            return words[i].words;
        }
    }
    return json_object_get(finding, "class") == NULL ? "misuse" : field_text(finding, "class");
}

/* What is no race: the stack of the operation, or of each wait, and who the threads are. */
static void print_other(FILE *out, const json_t *finding, const char *what) {
    size_t i;
    json_t *part;
    print_heading(out, finding, what);
    json_array_foreach(json_object_get(finding, "stacks"), i, part) {
        print_stack(out, part);
    }
    json_array_foreach(json_object_get(finding, "tasks"), i, part) {
        const json_t *wait = json_object_get(part, "wait");
        if (wait != NULL) {
            fputs("  Wait of ", out);
            print_thread(out, finding, field_number(part, "serial"));
            fprintf(out, " in %s:\n", library_wait_name(wait));
            print_stack(out, json_object_get(wait, "stack"));
        }
    }
    print_creations(out, finding);
    print_summary(out, finding, what);
}

void text_tsan_finding(FILE *out, const json_t *finding) {
    if (field_is(finding, "kind", "data-race")) {
        print_race(out, finding);
    } else if (field_is(finding, "kind", "lock-order")) {
        print_order(out, finding);
    } else if (field_is(finding, "kind", "leak")) {
        print_other(out, finding, "thread leak");
    } else if (field_is(finding, "kind", "misuse")) {
        print_other(out, finding, misuse_words(finding));
    } else {
        print_other(out, finding, field_text(finding, "kind"));
    }
}

void text_tsan_end(FILE *out, const struct model *model) {
    size_t n = verdict_count(model);
    if (n != 0) {
        fprintf(out, "ThreadSanitizer: reported %zu warnings\n", n);
    }
}
