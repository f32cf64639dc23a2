/* text_go.c - reports as the Go tools print them: `go test -race`, the runtime's tracebacks, goleak.
 *
 * Tasks are goroutines here, threads too, and are numbered by their serial, which is unique. The
 * offset behind a line is that in the module: functions' starts are not in the model.
 */
#include <stdbool.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/library.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/text_formats.h"

#define BAR "=================="

/* -- stacks -- */

/* "main.f()" and "file:12 +0x3c"; call: what stands behind the name. */
static void print_frame(FILE *out, const json_t *frame, const char *before, const char *call,
                        const char *place) {
    const char *file = json_string_value(json_object_get(frame, "file"));
    const char *offset = json_string_value(json_object_get(frame, "offset"));
    fprintf(out, "%s%s%s\n%s%s:%lld +%s\n", before, field_text(frame, "function"), call, place,
            file != NULL ? file : field_text(frame, "module"), field_number(frame, "line"),
            offset == NULL ? "0x0" : offset);
}

static bool ends_with(const char *text, size_t length, const char *end) {
    size_t n = strlen(end);
    return length >= n && strncmp(text + length - n, end, n) == 0;
}

/* "()", but of C++ the parameters stand in the name: "Table::put(int) const". */
static const char *call_of(const json_t *frame) {
    static const char *const behind[] = {" const", " volatile", " &", " &&"};
    const char *name = field_text(frame, "function");
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof behind / sizeof behind[0]; i++) {
        length -= ends_with(name, length, behind[i]) ? strlen(behind[i]) : 0;
    }
    return ends_with(name, length, ")") && !ends_with(name, length, "::operator()") ? "" : "()";
}

static void print_stack(FILE *out, const json_t *stack, const char *before, const char *place) {
    size_t i, n = 0;
    json_t *frame;
    json_array_foreach(stack, i, frame) {
        if (!field_is_set(frame, "hidden") && json_object_get(frame, "omitted") == NULL) {
            print_frame(out, frame, before, call_of(frame), place);
            n++;
        }
    }
    if (n == 0) {
        fprintf(out, "%s[failed to restore the stack]\n", before);
    }
}

/* The stacks of a race report are indented by spaces, those of a traceback by one tab. */
static void print_race_stack(FILE *out, const json_t *stack) {
    print_stack(out, stack, "  ", "      ");
}

static void print_goroutine(FILE *out, const json_t *finding, json_int_t serial) {
    if (field_is(task_with(json_object_get(finding, "tasks"), serial), "kind", "main")) {
        fputs("main goroutine", out);
    } else {
        fprintf(out, "goroutine %lld", (long long)serial);
    }
}

/* "goroutine 7 [chan receive]:" and where it is and comes from. */
static void print_trace(FILE *out, const json_t *task, const char *state, const json_t *stack) {
    fprintf(out, "goroutine %lld [%s]:\n", field_number(task, "serial"), state);
    print_stack(out, stack, "", "\t");
    const json_t *created = json_array_get(json_object_get(task, "created"), 0);
    if (created != NULL) {
        fputs("created by ", out);
        print_frame(out, created, "", "", "\t");
    }
    fputc('\n', out);
}

static void print_waiting(FILE *out, const json_t *finding) {
    size_t i;
    json_t *task;
    json_array_foreach(json_object_get(finding, "tasks"), i, task) {
        const json_t *wait = json_object_get(task, "wait");
        print_trace(out, task, wait == NULL ? piece_state(task) : library_wait_name(wait),
                    json_object_get(wait, "stack"));
    }
}

/* -- findings -- */

static void print_race(FILE *out, const json_t *finding) {
    size_t i;
    json_t *part;
    fputs(BAR "\nWARNING: DATA RACE\n", out);
    json_array_foreach(json_object_get(finding, "accesses"), i, part) {
        bool write = !field_is(part, "access", "read");
        const char *first = write ? "Write" : "Read";
        const char *previous = write ? "Previous write" : "Previous read";
        fprintf(out, "%s%s at %s by ", i == 0 ? "" : "\n", i == 0 ? first : previous,
                field_text(part, "address"));
        print_goroutine(out, finding, field_number(part, "task_serial"));
        fputs(":\n", out);
        print_race_stack(out, json_object_get(part, "stack"));
    }
    json_array_foreach(json_object_get(finding, "tasks"), i, part) {
        if (!field_is(part, "kind", "main")) {
            fprintf(out, "\nGoroutine %lld (%s) created at:\n", field_number(part, "serial"),
                    field_is(part, "state", "finished") ? "finished" : "running");
            print_race_stack(out, json_object_get(part, "created"));
        }
    }
    fputs(BAR "\n", out);
}

static void print_order(FILE *out, const json_t *finding) {
    size_t i;
    json_t *step;
    fputs(BAR "\nWARNING: DEADLOCK\n", out);
    json_array_foreach(json_object_get(finding, "cycle"), i, step) {
        const json_t *holds = json_object_get(step, "holds"),
                     *takes = json_object_get(step, "takes");
        fprintf(out, "Goroutine %lld lock mutex %s while holding mutex %s:\n",
                field_number(step, "task_serial"), field_text(takes, "address"),
                field_text(holds, "address"));
        print_race_stack(out, json_object_get(takes, "taken"));
        fprintf(out, "\nMutex %s was previously locked here:\n", field_text(holds, "address"));
        print_race_stack(out, json_object_get(holds, "taken"));
        fputc('\n', out);
    }
    fputs(BAR "\n", out);
}

static void print_leak(FILE *out, const json_t *finding) {
    const json_t *task = json_array_get(json_object_get(finding, "tasks"), 0);
    const json_t *wait = json_object_get(task, "wait");
    fprintf(out, "found unexpected goroutines:\n[Goroutine %lld in state %s, %s:\n",
            field_number(task, "serial"),
            wait == NULL ? piece_state(task) : library_wait_name(wait),
            field_text(finding, "title"));
    print_waiting(out, finding);
    fputs("]\n", out);
}

static void print_fatal(FILE *out, const json_t *finding, const char *how) {
    const json_t *task = json_array_get(json_object_get(finding, "tasks"), 0);
    fprintf(out, "%s: %s\n\n", how, field_text(finding, "message"));
    print_trace(out, task, "running", json_array_get(json_object_get(finding, "stacks"), 0));
}

void text_go_finding(FILE *out, const json_t *finding) {
    if (field_is(finding, "kind", "data-race")) {
        print_race(out, finding);
    } else if (field_is(finding, "kind", "lock-order")) {
        print_order(out, finding);
    } else if (field_is(finding, "kind", "leak")) {
        print_leak(out, finding);
    } else if (field_is(finding, "kind", "panic")) {
        print_fatal(out, finding, "panic");
    } else if (field_is(finding, "kind", "misuse")) {
        print_fatal(out, finding, "fatal error");
    } else {
        fputs(field_is(finding, "class", "timeout")
                  ? "panic: test timed out\n\n"
                  : "fatal error: all goroutines are asleep - deadlock!\n\n",
              out);
        print_waiting(out, finding);
    }
}

void text_go_end(FILE *out, const struct model *model) {
    size_t races = 0;
    for (size_t i = 0; i < model->findings.n; i++) {
        races += model->findings.all[i].kind == store_kind("data-race");
    }
    if (races != 0) {
        fprintf(out, "Found %zu data race(s)\n", races);
    }
}
