/* verdict.c - may this run pass? */
#include "instrument/tools/report/verdict.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/modules.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/threading.h"

#define STATUS_TIMEOUT         124
#define CONDITION_TIMEOUT      "timeout"
#define CONDITION_LEFT_RUNNING "left-running"

/* Takes `text`. blind: the run was not able to look. */
static void add_condition(struct model *model, const char *kind, bool blind, char *text) {
    json_array_append_new(
        json_object_get(model->head, "conditions"),
        json_pack("{s:s,s:b,s:o}", "kind", kind, "blind", (int)blind, "text", text_json(text)));
    free(text);
}

/* -- what bounded the sight -- */

/* Mostly what it counts, and the number; what bounds nobody's sight is a sentence. */
static char *limit_words(const json_t *limit) {
    long long n = (long long)field_number(limit, "count");
    if (field_is(limit, "name", "DUPLICATES")) {
        return str_format("findings were met %lld more time%s at the same places, by the "
                          "same paths",
                          n, n == 1 ? "" : "s");
    }
    return str_format("%s: %lld", field_text(limit, "text"), n);
}

static void judge_limits(struct model *model) {
    size_t i;
    json_t *limit;
    json_array_foreach(json_object_get(model->head, "limits"), i, limit) {
        bool blind = field_is_set(limit, "blind");
        char *who = json_object_get(limit, "process") == NULL
                        ? str_copy("")
                        : str_format(" (process %lld)", (long long)field_number(limit, "process"));
        char *words = limit_words(limit);
        add_condition(
            model, "limit", blind,
            str_format("%s%s%s", words, who,
                       blind ? "; what was found stands, what was not cannot be known" : ""));
        free(words);
        free(who);
    }
}

/* -- who was looked at -- */

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static bool is_ignored(const struct verdict_facts *facts, const char *exe) {
    for (size_t i = 0; i < facts->n_ignored; i++) {
        if (fnmatch(facts->ignored[i], exe, 0) == 0 ||
            fnmatch(facts->ignored[i], base_name(exe), 0) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_helper(const struct verdict_facts *facts, const char *exe) {
    for (size_t i = 0; i < facts->n_system_path; i++) {
        size_t length = strlen(facts->system_path[i]);
        while (length > 0 && facts->system_path[i][length - 1] == '/') {
            length--;
        }
        if (strncmp(exe, facts->system_path[i], length) == 0 && exe[length] == '/') {
            return true;
        }
    }
    return module_is_system(exe);
}

static bool is_observed(const json_t *process) {
    return field_number(process, "instrumented_modules") > 0;
}

static bool is_concurrent(const json_t *process) {
    return field_number(process, "tasks") > 1 || field_number(process, "threads") > 1;
}

static bool was_replaced_unseen(const json_t *process) {
    return field_is(process, "ended", "replaced-unseen");
}

static bool is_static(const json_t *process) {
    return field_is(process, "ended", "static");
}

/* Nothing can be preloaded into it. */
static bool is_closed(const json_t *process) {
    return is_static(process) || field_is(process, "ended", "other-rights");
}

static char *closed_text(const json_t *process) {
    const char *exe = field_text(process, "exe");
    return str_format(
        "%s: it %s, so the detector cannot be loaded into it; %s, or exempt it with "
        "--ignore-process '%s'",
        exe,
        is_static(process) ? "is statically linked"
                           : "runs with other rights (setuid, setgid or capabilities)",
        is_static(process) ? "link it dynamically" : "run it as its owner", base_name(exe));
}

/* The detector found no memory to start there, and ended it. */
static bool was_not_started(const json_t *process) {
    return field_is(process, "ended", "not-started");
}

static long long tasks_of(const json_t *process) {
    long long tasks = (long long)field_number(process, "tasks");
    long long threads = (long long)field_number(process, "threads");
    return tasks > threads ? tasks : threads;
}

static char *unobserved_text(const json_t *process) {
    const char *exe = field_text(process, "exe");
    if (was_not_started(process)) {
        return str_format("%s: the detector found no memory to start in it, so it did not run; "
                          "raise `ulimit -v` or the memory limit",
                          exe);
    }
    if (is_closed(process)) {
        return closed_text(process);
    }
    if (was_replaced_unseen(process)) {
        return str_format(
            "process %lld: %s replaced itself by a program in which the detector did "
            "not start: if that refused its options, a line above says which; if the "
            "program is static or setuid, link it dynamically and run it as its owner",
            (long long)field_number(process, "pid"), exe);
    }
    return str_format("%s: it ran %lld tasks and was not built for observation; build it with "
                      "raddle-cc, or exempt it with --ignore-process '%s'",
                      exe, tasks_of(process), base_name(exe));
}

/* Tells whether `process` had to be observed and was not; a helper is only noted. */
static bool needs_observation(const json_t *process, const struct verdict_facts *facts,
                              bool *helper) {
    *helper = false;
    const char *exe = field_text(process, "exe");
    bool unseen = was_replaced_unseen(process);
    if (is_ignored(facts, exe)) {
        return false;
    }
    if (was_not_started(process)) {
        return true;
    }
    if (is_closed(process)) {
        *helper = (!facts->strict && is_helper(facts, exe)) || !may_run_threads(exe);
        return !*helper;
    }
    if (!unseen && (!is_concurrent(process) || is_observed(process) || facts->no_memory_checks)) {
        return false;
    }
    *helper = !facts->strict && (unseen || is_helper(facts, exe));
    return !*helper;
}

/* "not observed: 3 processes: node, ldconfig", each name once. */
static void note_helpers(struct model *model, const json_t *helpers) {
    size_t n = json_array_size(helpers), i;
    if (n == 0) {
        return;
    }
    char *names = str_copy("");
    json_t *process;
    json_array_foreach(helpers, i, process) {
        const char *name = base_name(field_text(process, "exe"));
        if (strstr(names, name) != NULL) {
            continue;
        }
        char *longer = str_format("%s%s%s", names, *names == '\0' ? "" : ", ", name);
        free(names);
        names = longer;
    }
    add_condition(model, "not-observed", false,
                  str_format("not observed: %zu process%s: %s", n, n == 1 ? "" : "es", names));
    free(names);
}

/* Why the run is not checked when nobody was observed, this helper among them. */
static char *helper_text(const json_t *process) {
    return was_replaced_unseen(process) || is_closed(process)
               ? unobserved_text(process)
               : str_format("%s: it ran %lld tasks, and no process of the run was built for "
                            "observation; build the program under test with raddle-cc",
                            field_text(process, "exe"), tasks_of(process));
}

/* Rule (a) of API.md: nobody was observed, and somebody should have been. */
static void judge_command(struct model *model, const struct verdict_facts *facts, bool any_observed,
                          const json_t *helpers) {
    if (!facts->gate || any_observed) {
        return;
    }
    if (facts->unloadable != NULL) {
        add_condition(model, "command", true, str_copy(facts->unloadable));
    } else if (json_array_size(json_object_get(model->head, "processes")) == 0) {
        add_condition(model, "command", true,
                      str_copy("no process of the run started the detector: it was killed before, "
                               "could not (a line above says why), or LD_PRELOAD was removed from "
                               "its environment; run the test program itself"));
    } else if (json_array_size(helpers) != 0 && !facts->no_memory_checks) {
        add_condition(model, "command", true, helper_text(json_array_get(helpers, 0)));
    }
}

static void judge_processes(struct model *model, const struct verdict_facts *facts) {
    size_t i;
    json_t *process, *helpers = json_array();
    bool any_observed = false;
    json_array_foreach(json_object_get(model->head, "processes"), i, process) {
        bool helper;
        any_observed = any_observed || is_observed(process);
        if (needs_observation(process, facts, &helper)) {
            add_condition(model, "not-observed", true, unobserved_text(process));
        } else if (helper) {
            json_array_append(helpers, process);
        }
    }
    judge_command(model, facts, any_observed, helpers);
    note_helpers(model, helpers);
    json_decref(helpers);
}

/* -- time -- */

/* Does any finding tell what its tasks waited for? */
static bool waits_in(const json_t *finding) {
    size_t i;
    json_t *task;
    json_array_foreach(json_object_get(finding, "tasks"), i, task) {
        if (json_object_get(task, "wait") != NULL) {
            return true;
        }
    }
    return false;
}

static bool waits_are_known(const struct model *model) {
    bool known = false;
    for (size_t i = 0; !known && i < model->findings.n; i++) {
        json_t *finding = store_get(&model->findings, i);
        known = waits_in(finding);
        json_decref(finding);
    }
    return known;
}

static void judge_time(struct model *model, const struct verdict_facts *facts) {
    if (facts->timeout_s <= 0) {
        return;
    }
    add_condition(model, CONDITION_TIMEOUT, false,
                  str_format("timeout: the run was ended after %g s; %s", facts->timeout_s,
                             waits_are_known(model)
                                 ? "what its tasks were waiting for stands above; raise --timeout "
                                   "if it is only slow"
                                 : "what its tasks were waiting for is not known: the process "
                                   "recorded none of it before it ended; raise --timeout if it is "
                                   "only slow, or look at it earlier with -o dump_signal=QUIT"));
}

/* -- the last line -- */

static json_int_t total_tasks(const struct model *model) {
    size_t i;
    json_t *process;
    json_int_t n = 0;
    json_array_foreach(json_object_get(model->head, "processes"), i, process) {
        n = number_sum(n, field_number(process, "tasks"));
    }
    return n;
}

static void add_process(json_t *seen, json_int_t pid, uint64_t run) {
    char *key = str_format("%lld %" PRIx64, (long long)pid, run);
    json_object_set_new(seen, key, json_true());
    free(key);
}

static uint64_t run_of(const json_t *process) {
    const char *run = json_string_value(json_object_get(process, "run"));
    return run == NULL ? 0 : strtoull(run, NULL, 16);
}

/* How many processes there were, or, of_findings, how many had findings that fail. */
static size_t distinct_processes(const struct model *model, bool of_findings) {
    json_t *seen = json_object(), *process;
    size_t i;
    for (i = 0; of_findings && i < model->findings.n; i++) {
        const struct stored *stored = &model->findings.all[i];
        for (size_t k = 0; stored->is_error && k < stored->n_processes; k++) {
            add_process(seen, stored->processes[k].pid, stored->processes[k].run);
        }
    }
    json_array_foreach(json_object_get(model->head, "processes"), i, process) {
        if (!of_findings) {
            add_process(seen, field_number(process, "pid"), run_of(process));
        }
    }
    size_t n = json_object_size(seen);
    json_decref(seen);
    return n;
}

/* Of the findings that fail; kind: its place in kinds.def, -1: all of them. */
static size_t count_kind(const struct model *model, int kind) {
    size_t n = 0;
    for (size_t i = 0; i < model->findings.n; i++) {
        const struct stored *stored = &model->findings.all[i];
        n += stored->is_error && (kind < 0 || stored->kind == kind);
    }
    return n;
}

size_t verdict_count(const struct model *model) {
    return count_kind(model, -1);
}

/* "1 data race, 2 leaks"; a new string. */
static char *kinds_text(const struct model *model) {
    static const struct {
        const char *one, *many;
    } kinds[] = {
#define X(name, one, many) {one, many},
#include "instrument/tools/report/kinds.def"
#undef X
    };
    char *text = str_copy("");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t n = count_kind(model, (int)i);
        if (n != 0) {
            char *longer = str_format("%s%s%zu %s", text, *text == '\0' ? "" : ", ", n,
                                      n == 1 ? kinds[i].one : kinds[i].many);
            free(text);
            text = longer;
        }
    }
    return text;
}

/* The first condition of that kind; NULL. */
static const json_t *condition_of_kind(const struct model *model, const char *kind) {
    size_t i;
    json_t *condition;
    json_array_foreach(json_object_get(model->head, "conditions"), i, condition) {
        if (field_is(condition, "kind", kind)) {
            return condition;
        }
    }
    return NULL;
}

/* The first condition that keeps the run from being clean; NULL. */
static const json_t *first_blind(const struct model *model) {
    size_t i;
    json_t *condition;
    json_array_foreach(json_object_get(model->head, "conditions"), i, condition) {
        if (field_is_set(condition, "blind")) {
            return condition;
        }
    }
    return NULL;
}

/* "; the command itself ended with status 3"; a new string. */
static char *ending_tail(const struct model *model) {
    const json_t *ending = condition_of_kind(model, CONDITION_ENDING);
    return ending == NULL ? str_copy("") : str_format("; %s", field_text(ending, "text"));
}

static size_t count_known(const struct model *model) {
    size_t n = 0;
    for (size_t i = 0; i < model->accepted.n; i++) {
        n += model->accepted.all[i].is_known;
    }
    return n;
}

/* What those were known from that are counted there. */
static const char *known_from(const struct model *model) {
    return model->older == NULL ? "baseline" : model->older;
}

/* "; 2 notes; 1 process left running"; a new string. */
static char *tail_text(const struct model *model, bool with_accepted) {
    size_t notes = model->findings.n - verdict_count(model), bytes, known = count_known(model);
    size_t suppressed = json_array_size(json_object_get(model->head, "suppressed"));
    const json_t *left = condition_of_kind(model, CONDITION_LEFT_RUNNING);
    char *tail = NULL;
    FILE *out = open_memstream(&tail, &bytes);
    if (out == NULL) {
        say_fatal("out of memory: the report could not be made");
    }
    if (notes != 0) {
        fprintf(out, "; %zu note%s", notes, notes == 1 ? "" : "s");
    }
    if (with_accepted && suppressed != 0) {
        fprintf(out, "; %zu suppressed", suppressed);
    }
    if (with_accepted && known != 0) {
        fprintf(out, "; %zu in %s", known, known_from(model));
    }
    if (left != NULL) {
        fprintf(out, "; %s", field_text(left, "text"));
    }
    fclose(out);
    return tail;
}

/* "3 processes, 41 tasks": threads and goroutines, main included. */
static char *who_ran(size_t processes, long long tasks) {
    if (processes > 1 && tasks == (long long)processes) {
        return str_format("%zu processes of one task each", processes);
    }
    return str_format("%zu process%s, %lld task%s", processes, processes == 1 ? "" : "es", tasks,
                      tasks == 1 ? "" : "s");
}

static void set_verdict(struct model *model, const char *verdict, char *summary) {
    field_set_text(model->head, "verdict", verdict);
    field_set_text(model->head, "summary", summary);
    free(summary);
}

/* Where nothing else decides, the command's own end does, and its reader wants to know. */
static void judge_ending(struct model *model, const struct verdict_facts *facts) {
    const struct ending *ending = &facts->ending;
    bool fails = verdict_count(model) != 0 && facts->exitcode != 0;
    if (ending->own == 0 || fails || condition_of_kind(model, CONDITION_TIMEOUT) != NULL ||
        first_blind(model) != NULL) {
        return;
    }
    char *how = ending_text(ending), *why = ending_reason(model, ending);
    add_condition(model, CONDITION_ENDING, false, str_format("%s%s", how, why));
    free(how);
    free(why);
}

void verdict_examine(struct model *model, const struct verdict_facts *facts) {
    judge_limits(model);
    judge_processes(model, facts);
    judge_time(model, facts);
    size_t left = facts->left_running;
    if (left != 0) {
        add_condition(model, CONDITION_LEFT_RUNNING, false,
                      str_format("%zu process%s left running", left, left == 1 ? "" : "es"));
    }
    judge_ending(model, facts);
}

void verdict_decide(struct model *model) {
    rules_judge(model->head);
    size_t findings = verdict_count(model), processes = distinct_processes(model, false);
    long long tasks = (long long)total_tasks(model);
    char *kinds = kinds_text(model), *tail = tail_text(model, findings == 0),
         *ending = ending_tail(model);
    const json_t *blind = first_blind(model);
    const json_t *timeout = condition_of_kind(model, CONDITION_TIMEOUT);
    if (findings != 0) {
        size_t in = distinct_processes(model, true);
        set_verdict(model, "findings",
                    str_format("%zu finding%s (%s) in %zu process%s; %zu suppressed, %zu in %s%s%s",
                               findings, findings == 1 ? "" : "s", kinds, in, in == 1 ? "" : "es",
                               json_array_size(json_object_get(model->head, "suppressed")),
                               count_known(model), known_from(model), tail, ending));
    } else if (timeout != NULL) {
        set_verdict(model, "timeout", str_format("%s%s", field_text(timeout, "text"), tail));
    } else if (blind != NULL) {
        set_verdict(model, "not-checked",
                    str_format("not checked: %s%s", field_text(blind, "text"), tail));
    } else {
        char *who = who_ran(processes, tasks);
        set_verdict(model, "clean", str_format("clean (%s%s)%s", who, tail, ending));
        free(who);
    }
    free(kinds);
    free(tail);
    free(ending);
}

int verdict_status(const struct model *model, int exitcode, int own) {
    if (verdict_count(model) != 0 && exitcode != 0) {
        return exitcode;
    }
    if (condition_of_kind(model, CONDITION_TIMEOUT) != NULL) {
        return STATUS_TIMEOUT;
    }
    return first_blind(model) != NULL ? STATUS_CANNOT_LOOK : own;
}
