/* html_finding.c - what the page tells of a finding, by its kind. */
#include "instrument/tools/report/html_finding.h"

#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/explanation.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/holders.h"
#include "instrument/tools/report/html_escape.h"
#include "instrument/tools/report/html_graph.h"
#include "instrument/tools/report/html_lanes.h"
#include "instrument/tools/report/library.h"
#include "instrument/tools/report/lock_labels.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/tests.h"

enum { TASKS_AT_MOST = 100, TESTS_AT_MOST = 20, PLACES_AT_MOST = 20 };

/* -- kinds -- */

static const struct kind {
    const char *kind, *name;
} kinds[] = {
#define X(kind, one, many) {kind, one},
#include "instrument/tools/report/kinds.def"
#undef X
};

static const struct kind *kind_of(const json_t *finding) {
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (field_is(finding, "kind", kinds[i].kind)) {
            return &kinds[i];
        }
    }
    return NULL;
}

const char *html_kind_class(const json_t *finding) {
    const struct kind *kind = kind_of(finding);
    return kind == NULL ? "other" : kind->kind;
}

const char *html_kind_name(const json_t *finding) {
    const struct kind *kind = kind_of(finding);
    return field_is(finding, "class", "timeout") ? "time is up"
           : kind == NULL                        ? field_text(finding, "kind")
                                                 : kind->name;
}

static const json_t *first_of(const json_t *finding, const char *key) {
    return json_array_get(json_object_get(finding, key), 0);
}

/* -- sentences -- */

static void paragraph(const struct html *page, const char *text) {
    if (text != NULL) {
        fputs("<p>", page->out);
        html_marked(page->out, text, HTML_LONGEST_MESSAGE, "code");
        fputs("</p>\n", page->out);
    }
}

static void print_list(const struct html *page, const json_t *texts, size_t most,
                       const char *between) {
    size_t n = json_array_size(texts);
    for (size_t i = 0; i < n && i < most; i++) {
        const char *text = json_string_value(json_array_get(texts, i));
        fputs(i == 0 ? "" : between, page->out);
        html_clipped(page->out, text == NULL ? "?" : text, HTML_LONGEST_NAME);
    }
    if (n > most) {
        fprintf(page->out, " and %zu more", n - most);
    }
}

/* -- races -- */

static void print_locks(const struct html *page, const json_t *access) {
    size_t i;
    json_t *lock;
    json_array_foreach(json_object_get(access, "locks"), i, lock) {
        fputs("<details class=\"more\"><summary>held ", page->out);
        html_words(page, field_text(lock, "label"));
        fputs(field_is(lock, "mode", "read") ? " for reading" : "", page->out);
        fputs(", taken at ", page->out);
        html_stack_place(page, json_object_get(lock, "taken"));
        fputs("</summary>\n", page->out);
        html_code(page, lock, "taken");
        fputs("</details>\n", page->out);
    }
}

static const char *deed_of(const json_t *access) {
    return field_is(access, "access", "write")  ? "write"
           : field_is(access, "access", "read") ? "read"
                                                : "free";
}

static void print_access(const struct html *page, const json_t *access, size_t number,
                         const json_t *tasks) {
    const json_t *task = task_with(tasks, field_number(access, "task_serial"));
    const char *deed = deed_of(access);
    html_card(page, "access", number, deed);
    fprintf(page->out, "<h4><b class=\"number\">%zu</b> %s %s%s%s", number,
            number == 1 ? "Earlier" : "Later", field_is_set(access, "atomic") ? "atomic " : "",
            field_is_set(access, "volatile") ? "volatile " : "", deed);
    if (strcmp(deed, "free") != 0) {
        json_int_t size = field_number(access, "size");
        fprintf(page->out, " of %lld byte%s", size, size == 1 ? "" : "s");
    }
    fputs(" by ", page->out);
    if (task != NULL) {
        html_task_name(page, task);
    } else {
        html_words(page, field_text(access, "task_label"));
    }
    fputs("</h4>\n", page->out);
    if (field_is_set(access, "sync")) {
        fputs("<p>A use of the primitive itself.</p>\n", page->out);
    }
    html_code(page, access, "stack");
    print_locks(page, access);
    html_card_end(page);
}

/* A name behind some words of ours. */
static void print_code(const struct html *page, const char *words, const char *name) {
    fprintf(page->out, "%s<code>", words);
    html_clipped(page->out, name, HTML_LONGEST_NAME);
    fputs("</code>", page->out);
}

static void print_variable(const struct html *page, const json_t *object) {
    const char *function = json_string_value(json_object_get(object, "function"));
    fputs("<p>The memory is ", page->out);
    html_words(page, field_text(object, "label"));
    bool of_thread = field_is(object, "kind", "thread-local");
    fputs(of_thread ? ", thread-local" : function != NULL ? ", static" : ", global", page->out);
    if (!field_is(object, "name", field_text(object, "variable"))) {
        print_code(page, ", in ", field_text(object, "variable"));
    }
    if (of_thread) {
        fputs(" of ", page->out);
        html_words(page, field_text(object, "task_label"));
    } else if (field_number(object, "bytes") > 0) {
        fprintf(page->out, " of %lld bytes", field_number(object, "bytes"));
    }
    if (function != NULL) {
        print_code(page, " in ", function);
    }
    if (json_object_get(object, "file") != NULL) {
        fputs(", declared at ", page->out);
        html_place(page, object);
    }
    fputs(".</p>\n", page->out);
}

/* "`account.balance` (long), at offset 8 of a heap block of 24 bytes (struct account), allocated by main". */
static void print_block(const struct html *page, const json_t *object) {
    if (json_object_get(object, "name") != NULL) {
        print_code(page, "", field_text(object, "name"));
        print_code(page, " (", field_text(object, "type"));
        fputs("), ", page->out);
    }
    fprintf(page->out, "at offset %lld of a%s heap block of %lld bytes",
            field_number(object, "offset"), field_is_set(object, "freed") ? " freed" : "",
            field_number(object, "bytes"));
    if (json_object_get(object, "block_type") != NULL) {
        print_code(page, " (", field_text(object, "block_type"));
        fputc(')', page->out);
    }
    fputs(", allocated by ", page->out);
    html_words(page, field_text(object, "task_label"));
}

static void print_object(const struct html *page, const json_t *object) {
    if (piece_is_variable(object)) {
        print_variable(page, object);
        return;
    }
    fputs("<p>The memory is ", page->out);
    if (field_is(object, "kind", "heap")) {
        print_block(page, object);
    } else {
        html_words(page, field_text(object, "label"));
    }
    fputs(".</p>\n", page->out);
    html_folded_stack(page, "Allocated at", object, "allocated");
    html_folded_stack(page, "Freed at", object, "freed_at");
    html_folded_stack(page, "Made at", object, "created");
}

static void print_race(const struct html *page, const json_t *finding) {
    const json_t *accesses = json_object_get(finding, "accesses");
    const json_t *tasks = json_object_get(finding, "tasks");
    size_t i;
    json_t *task;
    fputs("<div class=\"pictures\"><div class=\"why\">\n", page->out);
    paragraph(page, json_string_value(json_object_get(finding, "reason")));
    paragraph(page, json_string_value(json_object_get(finding, "lock_verdict")));
    paragraph(page, json_string_value(json_object_get(finding, "hint")));
    print_object(page, json_object_get(finding, "object"));
    html_value(page, json_array_get(accesses, 0));
    fputs("</div>\n", page->out);
    html_race_picture(page, finding);
    fputs("</div>\n<div class=\"cards\">\n", page->out);
    print_access(page, json_array_get(accesses, 1), 1, tasks);
    print_access(page, json_array_get(accesses, 0), 2, tasks);
    fputs("</div>\n", page->out);
    json_array_foreach(tasks, i, task) {
        html_creation(page, task);
    }
    json_array_foreach(json_object_get(finding, "family"), i, task) {
        html_creation(page, task);
    }
}

/* -- lock orders -- */

static void print_lock(const struct html *page, const char *deed, const json_t *lock) {
    fprintf(page->out, "<h5>%s ", deed);
    html_words(page, field_text(lock, "label"));
    fprintf(page->out, "%s</h5>\n", field_is(lock, "mode", "read") ? " for reading" : "");
    html_code(page, lock, "taken");
}

/* Where one came from that has only a number: each lock of a circle is held by somebody. */
static void print_numbered(const struct html *page, const json_t *lock) {
    const char *origin = json_object_get(lock, "created") != NULL ? "created" : "allocated";
    const json_t *stack = json_object_get(lock, origin);
    if (json_object_get(lock, "short") == NULL || stack == NULL) {
        return;
    }
    fputs("<details class=\"more\"><summary>", page->out);
    html_words(page, lock_label_short(lock));
    fputs(strcmp(origin, "created") == 0 ? " was made at " : " lies in memory allocated at ",
          page->out);
    html_stack_place(page, stack);
    fputs("</summary>\n", page->out);
    html_code(page, lock, origin);
    fputs("</details>\n", page->out);
}

static void print_order(const struct html *page, const json_t *finding) {
    const json_t *cycle = json_object_get(finding, "cycle");
    const json_t *tasks = json_object_get(finding, "tasks");
    size_t i;
    json_t *part;
    fputs("<p>No lock keeps them apart, and no other synchronisation that was seen orders them in "
          "this run.</p>\n",
          page->out);
    paragraph(page, json_string_value(json_object_get(finding, "hint")));
    fputs("<div class=\"pictures\">\n", page->out);
    html_order_graph(page, finding);
    html_order_picture(page, finding);
    fputs("</div>\n<div class=\"cards\">\n", page->out);
    json_array_foreach(cycle, i, part) {
        if (i == TASKS_AT_MOST) {
            break;
        }
        const json_t *holds = json_object_get(part, "holds");
        const json_t *task = task_with(tasks, field_number(part, "task_serial"));
        html_card(page, "step", i + 1, "lock");
        fputs("<h4>", page->out);
        if (task != NULL) {
            html_task_name(page, task);
        } else {
            html_words(page, field_text(part, "task_label"));
        }
        fputs("</h4>\n", page->out);
        if (holds != NULL) {
            print_lock(page, "Locks", holds);
        }
        print_lock(page, holds != NULL ? "Then locks" : "Locks", json_object_get(part, "takes"));
        html_card_end(page);
    }
    fputs("</div>\n", page->out);
    json_array_foreach(cycle, i, part) {
        print_numbered(page, json_object_get(part, "holds"));
    }
    json_array_foreach(tasks, i, part) {
        html_creation(page, part);
    }
}

/* -- tasks that wait -- */

static void print_holders(const struct html *page, const json_t *task) {
    const json_t *by = json_object_get(json_object_get(task, "wait"), "held_by");
    for (size_t i = 0; i < json_array_size(by); i++) {
        char *words = holders_words(task, i);
        html_words(page, words);
        free(words);
        fputs(" since ", page->out);
        html_stack_place(page, json_object_get(json_array_get(by, i), "taken"));
    }
}

static void print_wait(const struct html *page, const json_t *task) {
    const json_t *wait = json_object_get(task, "wait"), *objects = json_object_get(wait, "objects");
    size_t i;
    json_t *object;
    print_code(page, "<p>Waits in ", library_wait_name(wait));
    json_array_foreach(objects, i, object) {
        fputs(i == 0 ? " on " : ", ", page->out);
        html_words(page, field_text(object, "label"));
    }
    json_int_t more = field_number(wait, "objects_total") - (json_int_t)json_array_size(objects);
    if (more > 0) {
        fprintf(page->out, " and %lld more", more);
    }
    print_holders(page, task);
    html_behind(page, wait);
    if (piece_tells_waker(wait)) {
        fputs(", which ", page->out);
        html_words(page, field_text(wait, "waker"));
        fputs(" could end", page->out);
    }
    fputs(", for ", page->out);
    print_duration(page->out, field_number(wait, "waiting_ms"));
    fputs(json_object_get(wait, "cut_off") != NULL ? ". Nobody who can run can reach it.</p>\n"
                                                   : ".</p>\n",
          page->out);
    html_code(page, wait, "stack");
}

static void print_held(const struct html *page, const json_t *task) {
    size_t i;
    json_t *lock;
    json_array_foreach(json_object_get(task, "holds"), i, lock) {
        bool runs = field_is(lock, "mode", "once");
        fprintf(page->out, "<details class=\"more\"><summary>%s ", runs ? "runs" : "holds");
        html_words(page, field_text(lock, "label"));
        fprintf(page->out, ", %s at ", holders_taken(lock));
        html_stack_place(page, json_object_get(lock, "taken"));
        fputs("</summary>\n", page->out);
        html_code(page, lock, "taken");
        fputs("</details>\n", page->out);
        print_numbered(page, lock);
    }
}

static void print_task(const struct html *page, const json_t *task, size_t number) {
    const json_t *wait = json_object_get(task, "wait");
    json_int_t count = field_number(task, "count");
    html_card(page, "task", number, "wait");
    fputs("<h4>", page->out);
    html_task_name(page, task);
    if (count > 1) {
        fprintf(page->out, " <small>one of %lld</small>", count);
    }
    if (json_object_get(task, "behind") != NULL) {
        bool presumed = field_is_set(task, "presumed");
        fprintf(page->out, " <small>%s</small>",
                presumed ? "stands still as well" : "held up by that");
    }
    fputs("</h4>\n", page->out);
    if (wait != NULL) {
        print_wait(page, task);
    } else {
        fputs("<p>Is ", page->out);
        html_words(page, piece_state(task));
        fputs(".</p>\n", page->out);
    }
    print_held(page, task);
    html_creation(page, task);
    html_card_end(page);
}

static void print_tasks(const struct html *page, const json_t *finding) {
    const json_t *tasks = json_object_get(finding, "tasks");
    size_t i, n = json_array_size(tasks);
    bool leak = field_is(finding, "kind", "leak");
    paragraph(page, json_string_value(json_object_get(finding, "hint")));
    fputs(leak ? "<div class=\"pictures\">\n" : "", page->out);
    if (leak) {
        html_leak_picture(page, finding);
    } else {
        html_wait_graph(page, finding);
    }
    fputs("<div class=\"cards\">\n", page->out);
    for (i = 0; i < n && i < TASKS_AT_MOST; i++) {
        print_task(page, json_array_get(tasks, i), i + 1);
    }
    fputs(leak ? "</div></div>\n" : "</div>\n", page->out);
    if (n > TASKS_AT_MOST) {
        fprintf(page->out, "<p>%zu more tasks are not shown; the JSON has them all.</p>\n",
                n - TASKS_AT_MOST);
    }
}

/* -- panics and misuse -- */

static void print_message(const struct html *page, const json_t *finding) {
    const json_t *task = first_of(finding, "tasks"), *stack = first_of(finding, "stacks");
    const json_t *tasks = json_object_get(finding, "tasks");
    size_t i, k;
    json_t *one, *lock;
    fputs("<p class=\"message\">", page->out);
    html_marked(page->out, field_text(finding, "message"), HTML_LONGEST_MESSAGE, "code");
    fputs("</p>\n<div class=\"cards\">\n", page->out);
    if (task != NULL || json_array_size(stack) != 0) { /* else it is what nobody did */
        html_card(page, "task", 1, "wrong");
        fputs("<h4>In ", page->out);
        if (task != NULL) {
            html_task_name(page, task);
        } else {
            fputs("another task", page->out);
        }
        fputs("</h4>\n", page->out);
        html_source(page, json_object_get(finding, "snippet"), stack);
        html_stack(page, stack);
        html_card_end(page);
    }
    json_array_foreach(tasks, i, one) {
        json_array_foreach(json_object_get(one, "holds"), k, lock) {
            html_card(page, "lock", i + 1, "lock");
            fputs("<h4>", page->out);
            html_words(page, field_text(lock, "label"));
            fputs(" was locked by ", page->out);
            html_task_name(page, one);
            fputs("</h4>\n", page->out);
            html_code(page, lock, "taken");
            html_card_end(page);
        }
    }
    fputs("</div>\n", page->out);
    html_folded_stack(page, "The object was made at", json_object_get(finding, "object"),
                      "created");
    json_array_foreach(tasks, i, one) {
        html_creation(page, one);
    }
}

/* -- the end of every finding -- */

static void print_remedy(const struct html *page, const json_t *finding) {
    for (size_t i = 0; i < n_explanations; i++) {
        if (field_is(finding, "kind", explanations[i].kind) &&
            !field_is(finding, "class", "timeout")) {
            fputs("<dt>What to do</dt><dd>", page->out);
            html_words(page, explanations[i].remedy);
            fprintf(page->out, " <a href=\"#about-%s\">Why?</a></dd>\n", explanations[i].kind);
        }
    }
}

static void print_facts(const struct html *page, const json_t *finding) {
    json_int_t count = field_number(finding, "count");
    size_t processes = json_array_size(json_object_get(finding, "processes"));
    char *command = tests_command(finding);
    fputs("<dl class=\"facts\">", page->out);
    print_remedy(page, finding);
    fprintf(page->out, "<dt>Finding</dt><dd><a href=\"#%s\"><code>", page->anchor);
    html_clipped(page->out, field_text(finding, "id"), HTML_LONGEST_NAME);
    fprintf(page->out, "</code></a>, %lld time%s in ", count, count == 1 ? "" : "s");
    if (processes > 1) {
        fprintf(page->out, "%zu processes", processes);
    } else {
        fprintf(page->out, "process %lld", field_number(finding, "process"));
    }
    fputs("</dd>\n", page->out);
    if (json_array_size(json_object_get(finding, "also")) != 0) {
        fputs("<dt>Also at</dt><dd>", page->out);
        print_list(page, json_object_get(finding, "also"), PLACES_AT_MOST, "; ");
        fputs("</dd>\n", page->out);
    }
    if (json_array_size(json_object_get(finding, "tests")) != 0) {
        fputs("<dt>Test</dt><dd>", page->out);
        print_list(page, json_object_get(finding, "tests"), TESTS_AT_MOST, ", ");
        fputs("</dd>\n", page->out);
    }
    if (command[0] != '\0') {
        fputs("<dt>Command</dt><dd><code>", page->out);
        html_clipped(page->out, command, HTML_LONGEST_NAME);
        fputs("</code></dd>\n", page->out);
    }
    fputs("<dt>To suppress it</dt><dd><code class=\"paste\">id:", page->out);
    html_clipped(page->out, field_text(finding, "id"), HTML_LONGEST_NAME);
    fputs("</code></dd></dl>\n", page->out);
    free(command);
}

void html_finding_body(const struct html *page, const json_t *finding) {
    fputs("<div class=\"body\">\n", page->out);
    if (json_object_get(finding, "accesses") != NULL) {
        print_race(page, finding);
    } else if (json_object_get(finding, "cycle") != NULL) {
        print_order(page, finding);
    } else if (json_object_get(finding, "message") != NULL) {
        print_message(page, finding);
    } else {
        print_tasks(page, finding);
    }
    print_facts(page, finding);
    fputs("</div>\n", page->out);
}
