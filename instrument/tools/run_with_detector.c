/* run_with_detector.c - the program run-with-detector: run, report, decide. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "instrument/tools/gate/files.h"
#include "instrument/tools/gate/loadable.h"
#include "instrument/tools/gate/options.h"
#include "instrument/tools/gate/run.h"
#include "instrument/tools/gate/self_check.h"
#include "instrument/tools/report/baseline.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/formats.h"
#include "instrument/tools/report/large_stack.h"
#include "instrument/tools/report/model.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/text.h"
#include "instrument/tools/report/verdict.h"

enum { NOT_EXECUTABLE = 126, NOT_FOUND = 127, ENDED_WITHOUT = 2 /* exitcode=0 */ };

/* Does not return when there is nothing to run: 126 or 127. */
static char *find_command(const struct gate_options *options) {
    int status;
    const char *name = options->command[0];
    char *path = command_path(name, &status);
    if (path != NULL) {
        return path;
    }
    if (status != NOT_FOUND) {
        say_error("%s: cannot be run: it is not an executable file", name);
    } else if (strchr(name, '/') == NULL && access(name, X_OK) == 0) {
        say_error("%s: not found in $PATH, but there is one here: write ./%s", name, name);
    } else {
        say_error("%s: not found: there is no such command", name);
    }
    exit(status);
}

static bool is_asked_for(const char *kind, const void *with) {
    return gate_options_checks(with, kind);
}

static void update_baseline(struct gate_options *options, struct model *model) {
    struct baseline_change change;
    const char *path = baselines_last(&options->baselines);
    char *error = baseline_add(&options->rules, path, model, &change);
    if (error != NULL) {
        say_error("%s; the findings stay", error);
        free(error);
    } else {
        say_error("%s: %zu added", path, change.added);
    }
}

static struct model *read_model(struct gate_options *options, struct raw_log *log,
                                bool (*wants)(const char *kind, const void *with)) {
    struct modules modules = {.debug_path = options->settings.debug_path};
    const struct model_options build = {
        .strip_path_prefix = options->settings.strip_path_prefix,
        .strict_leaks = strcmp(options->settings.leaks, "strict") == 0,
        .portability = options->settings.portability,
        .rules = &options->rules,
        .is_asked_for = wants,
        .with = options,
    };
    struct model *model = model_from_raw(log, &modules, &build);
    modules_free(&modules);
    return model;
}

static struct model *make_model(struct gate_options *options, struct raw_log *log,
                                const struct verdict_facts *facts) {
    struct model *model = read_model(options, log, is_asked_for);
    if (options->update_baseline) {
        update_baseline(options, model);
    }
    rules_tell(&options->rules, model->head);
    verdict_examine(model, facts);
    verdict_decide(model);
    return model;
}

static struct text_options text_options_of(const struct gate_options *options, json_t *told) {
    struct text_options text = {.quiet = options->quiet, .format = options->format, .told = told};
    text_suit(&text, options->color, STDERR_FILENO);
    return text;
}

/* -- while the run goes on -- */

static bool is_deadlock_asked_for(const char *kind, const void *with) {
    return strcmp(kind, "deadlock") == 0 && is_asked_for(kind, with);
}

static void tell_deadlocks(struct raw_log *log, json_t *told, void *with) {
    struct gate_options *options = with;
    struct model *model = read_model(options, log, is_deadlock_asked_for);
    const struct text_options text = text_options_of(options, told);
    for (size_t i = 0; i < model->findings.n; i++) {
        json_t *finding = store_get(&model->findings, i);
        text_print_finding(finding, STDERR_FILENO, &text);
        json_decref(finding);
    }
    model_free(model);
}

/* -- when it has ended -- */

/* A run inside another one decides for its part; the outer one counts its findings once, unless
 * this one was told that they do not fail, or has just accepted them. */
static void tell_outer_run(const struct gate_options *options, const struct raw_log *log) {
    const char *outer = getenv("RADDLE_FINDINGS");
    if (outer != NULL && *outer != '\0' &&
        !findings_hand_on(log, outer, options->exitcode != 0 && !options->update_baseline)) {
        say_error("%s: the findings of this run could not be handed to the run around it", outer);
    }
}

/* What only the gate knows of the run, for raddle-report, which may read the file on another day with rules of its
 * own. */
static void keep_conditions(const struct model *model, const struct ending *ending,
                            const char *findings) {
    size_t i;
    json_t *condition;
    bool all = true;
    json_array_foreach(json_object_get(model->head, "conditions"), i, condition) {
        bool of_rules =
            field_is(condition, "kind", "unused") || field_is(condition, "kind", "expired");
        json_t *kept = json_copy(condition);
        if (field_is(condition, "kind",
                     CONDITION_ENDING)) { /* without what today's rules say of it */
            field_take_text(kept, "text", ending_text(ending));
        }
        char *text = of_rules ? NULL : json_dumps(kept, JSON_COMPACT);
        all = (of_rules || (text != NULL && findings_add_condition(findings, text))) && all;
        free(text);
        json_decref(kept);
    }
    if (!all || !findings_add_condition(findings, "")) {
        say_error("%s: what the gate saw of the run could not be added to it", findings);
    }
}

/* What the detector makes of a process that it ends for a deadlock: instrument/watch.c. */
static int status_of_deadlock(const struct gate_options *options) {
    return options->settings.exitcode != 0 ? (int)options->settings.exitcode : ENDED_WITHOUT;
}

/* A report that could not be written fails the run, unless findings do; then the last line does not say that all is
 * well. Returns the exit status. */
static int tell_unwritten(const struct gate_options *options, struct model *model, const char *why,
                          int status) {
    bool fails = verdict_count(model) != 0 && options->exitcode != 0;
    if (fails || field_is(model->head, "verdict", "not-checked")) {
        say_error("%s", why);
        return status;
    }
    field_take_text(model->head, "summary",
                    str_format("not reported: %s; apart from that: %s", why,
                               field_text(model->head, "summary")));
    return STATUS_CANNOT_LOOK;
}

/* What is to be reported. */
struct finished_run {
    struct gate_options *options;
    const struct run_result *result;
    const char *findings, *obstacle;
    json_t *told; /* see text.h */
};

/* Returns the exit status. */
static int report(void *with) {
    const struct finished_run *run = with;
    struct gate_options *options = run->options;
    const struct run_result *result = run->result;
    const char *findings = run->findings;
    struct raw_log log = {0};
    char *error = raw_read(&log, findings);
    char *gone = error == NULL
                     ? NULL
                     : str_format("%s: the run removed or changed its findings file; keep "
                                  "it away from $TMPDIR, or name another with --keep",
                                  error);
    free(error);
    const struct verdict_facts facts = {
        .gate = true,
        .timeout_s = result->timed_out ? options->timeout_s : 0,
        .unloadable = gone != NULL ? gone : run->obstacle,
        .left_running = result->left_running,
        .ending = {result->own, result->signo, status_of_deadlock(options)},
        .exitcode = options->exitcode,
        .strict = options->strict,
        .no_memory_checks = !gate_options_checks(options, "data-race"),
        .ignored = options->ignored,
        .n_ignored = options->n_ignored,
        .system_path = options->settings.system_path,
        .n_system_path = options->settings.n_system_path,
    };
    struct model *model = make_model(options, &log, &facts);
    tell_outer_run(options, &log);
    int status = verdict_status(model, options->exitcode, result->own);
    error = outputs_write(&options->outputs, stderr, model);
    if (error != NULL) {
        status = tell_unwritten(options, model, error, status);
    }
    if (options->keep != NULL) {
        keep_conditions(model, &facts.ending, findings);
        if (result->is_alone) {
            findings_shorten(findings);
        }
        say_error("raw findings kept in %s", findings);
    }
    const struct text_options text = text_options_of(options, run->told);
    text_print(model, STDERR_FILENO, &text);
    model_free(model);
    raw_free(&log);
    free(gone);
    free(error);
    return status;
}

int main(int argc, char **argv) {
    struct gate_options options;
    run_take_signals();
    gate_options_read(&options, argc, argv);
    if (options.self_check) {
        return self_check();
    }
    char *detector = detector_path();
    char *path = find_command(&options);
    char *obstacle = command_obstacle(path);
    struct findings_place findings = findings_create(options.keep);
    /* What the baseline takes is not told. */
    bool tells_early = !options.quiet && !options.update_baseline;
    struct early early = {
        .findings = tells_early ? findings.path : NULL, .tell = tell_deadlocks, .with = &options};
    early_begin(&early);
    const struct run_request request = {
        .path = path,
        .command = options.command,
        .detector = detector,
        .findings = findings.path,
        .options = options.settings.passed_on,
        .timeout_s = options.timeout_s,
        .linger_ms = options.settings.linger_ms,
        .early = &early,
    };
    const struct run_result result = run_command(&request);
    int status;
    if (result.exec_error != 0) {
        say_error("%s: cannot be run: %s", path, strerror(result.exec_error));
        status = result.exec_error == ENOENT ? NOT_FOUND : NOT_EXECUTABLE;
        findings_remove(&findings);
    } else {
        struct finished_run run = {&options, &result, findings.path, obstacle, early.told};
        status = on_large_stack(report, &run);
        if (options.keep == NULL) {
            findings_remove(&findings);
        }
    }
    early_free(&early);
    free(obstacle);
    free(path);
    free(detector);
    outputs_free(&options.outputs);
    given_free(&options.given);
    rules_free(&options.rules);
    settings_free(&options.settings);
    return status;
}
