/* raddle_report.c - the program raddle-report: findings files and models in, reports out. */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "instrument/tools/report/baseline.h"
#include "instrument/tools/report/compare.h"
#include "instrument/tools/report/escape.h"
#include "instrument/tools/report/explanation.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/formats.h"
#include "instrument/tools/report/large_stack.h"
#include "instrument/tools/report/model.h"
#include "instrument/tools/report/request.h"
#include "instrument/tools/report/same_file.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/settings.h"
#include "instrument/tools/report/suppress.h"
#include "instrument/tools/report/symbolize.h"
#include "instrument/tools/report/text.h"
#include "instrument/tools/report/verdict.h"

/* Ends the tool when there is an error. */
static void complain(const char *error) {
    if (error != NULL) {
        say_fatal("%s", error);
    }
}

/* -- models -- */

static struct model *model_of_raw_file(const char *path, const struct settings *settings,
                                       const struct verdict_facts *facts, char **error) {
    struct raw_log log = {0};
    struct modules modules = {.debug_path = settings->debug_path};
    *error = raw_read(&log, path);
    if (*error != NULL) {
        return NULL;
    }
    const struct model_options build = {
        .strip_path_prefix = settings->strip_path_prefix,
        .strict_leaks = strcmp(settings->leaks, "strict") == 0,
        .portability = settings->portability,
    };
    struct model *model = model_from_raw(&log, &modules, &build);
    if (!model->examined) {
        verdict_examine(model, facts);
    }
    modules_free(&modules);
    raw_free(&log);
    return model;
}

/* Verdicts, the worse behind the better, and the statuses they come to. */
static const struct {
    const char *name;
    int status;
} verdicts[] = {
    {"clean", 0}, {"not-checked", 125}, {"timeout", 124}, {"error", -1}, {"findings", 66}};
#define VERDICTS (sizeof verdicts / sizeof verdicts[0])

/* Does the model hold what its verdict came from? Verdicts are made anew of what is there: where somebody took that
 * out, the run would pass. NULL, or a new string. */
static char *verdict_fault(const struct model *model, const char *path) {
    const char *stated = field_text(model->head, "verdict");
    int status = verdict_status(model, 66, 0);
    size_t said = 0, held = 0;
    for (size_t i = 0; i < VERDICTS; i++) {
        said = strcmp(verdicts[i].name, stated) == 0 ? i : said;
        held = verdicts[i].status == status ? i : held;
    }
    return said <= held ? NULL
                        : str_format("%s: its verdict is \"%s\", but all that it holds comes to "
                                     "\"%s\": something was taken out of it; make it again, or "
                                     "write \"%s\" there if that is meant",
                                     path, stated, verdicts[held].name, verdicts[held].name);
}

static struct model *model_of_file(const char *path, const struct settings *settings,
                                   char **error) {
    static const struct verdict_facts facts = {0};
    if (raw_is_findings(path)) {
        return model_of_raw_file(path, settings, &facts, error);
    }
    struct model *model = model_read(path, error);
    *error = model == NULL ? *error : verdict_fault(model, path);
    if (model != NULL && *error != NULL) {
        model_free(model);
        model = NULL;
    }
    return model;
}

/* -- filters -- */

static bool has_frame_in(const json_t *json, const char *glob) {
    const char *key, *file = json_string_value(json_object_get(json, "file"));
    size_t i;
    json_t *part;
    if (file != NULL) {
        const char *slash = strrchr(file, '/');
        if (fnmatch(glob, file, 0) == 0 || (slash != NULL && fnmatch(glob, slash + 1, 0) == 0)) {
            return true;
        }
    }
    json_object_foreach((json_t *)json, key, part) {
        if (has_frame_in(part, glob)) {
            return true;
        }
    }
    json_array_foreach(json, i, part) {
        if (has_frame_in(part, glob)) {
            return true;
        }
    }
    return false;
}

static bool matches(const json_t *object, const char *key, const char *wanted) {
    const char *value = json_string_value(json_object_get(object, key));
    return wanted == NULL || (value != NULL && strcmp(value, wanted) == 0);
}

static bool is_wanted(const struct store *store, size_t i, void *with) {
    const struct request *request = with;
    json_t *finding = store_get(store, i);
    bool wanted = matches(finding, "kind", request->kind) && matches(finding, "id", request->id) &&
                  (request->file == NULL || has_frame_in(finding, request->file));
    json_decref(finding);
    return wanted;
}

/* -- symbolising -- */

/* "PC BIAS PATH\n"; false: the line is not of that form. */
static bool split_line(char *line, uint64_t *pc, uint64_t *bias, const char **path) {
    char *end;
    line[strcspn(line, "\n")] = '\0';
    errno = 0;
    *pc = strtoull(line, &end, 16);
    if (end == line || *end != ' ') {
        return false;
    }
    char *second = end + 1;
    *bias = strtoull(second, &end, 16);
    if (end == second || *end != ' ' || errno != 0) {
        return false;
    }
    *path = end + 1;
    return true;
}

static struct settings settings_from_environment(void) {
    struct settings settings;
    settings_init(&settings);
    char *error = settings_set_all(&settings, getenv("RADDLE_OPTIONS"));
    if (error != NULL) {
        say_fatal("RADDLE_OPTIONS: %s", error);
    }
    return settings;
}

/* One line in, one line out, whatever happens: who asks reads in step. */
static int symbolize_lines(void) {
    struct settings settings = settings_from_environment();
    struct modules modules = {.debug_path = settings.debug_path};
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        uint64_t pc, bias;
        const char *path;
        struct frames frames = {0};
        if (split_line(line, &pc, &bias, &path)) {
            symbolize_pc(modules_open(&modules, path, NULL, 0), pc - bias, &frames);
        }
        const struct frame *frame = frames.n == 0 ? &(struct frame){0} : &frames.all[0];
        char *function = escape_text(frame->function == NULL ? "??" : frame->function);
        char *file = escape_text(frame->file == NULL ? "" : frame->file);
        printf("%s\t%s\t%d\t+0x%" PRIx64 "\n", function, file, frame->line, frame->offset);
        fflush(stdout);
        free(function);
        free(file);
        frames_free(&frames);
    }
    free(line);
    modules_free(&modules);
    settings_free(&settings);
    return 0;
}

/* -- the two ways to report -- */

/* The suppressions of RADDLE_OPTIONS. At the end of a process nothing may be lost for want of them. False: there
 * are none. */
static bool read_suppressions(struct request *request, const struct settings *settings) {
    char *error = suppressions_read(&request->rules, settings->suppressions);
    bool good = error == NULL;
    if (!good && request->exit_report != NULL) {
        say_error("%s; nothing is suppressed", error);
        free(error);
        rules_free(&request->rules);
        request->rules = (struct rules){0};
    } else {
        complain(error);
    }
    return good;
}

/* The findings that somebody has said need not fail are set apart, and the verdict is made. */
static void decide(struct request *request, const struct settings *settings, struct model *model) {
    struct rules *rules = &request->rules;
    request->misled = !read_suppressions(request, settings);
    complain(baselines_read(rules, &request->baselines, request->update_baseline));
    model_accept(model, rules);
    if (request->update_baseline) {
        struct baseline_change change;
        const char *path = baselines_last(&request->baselines);
        complain(baseline_rewrite(rules, path, model, &change));
        say_error("%s: %zu added, %zu taken out", path, change.added, change.removed);
    }
    rules_tell(rules, model->head);
    if (request->diff != NULL) {
        char *error;
        struct model *old = model_of_file(request->diff, settings, &error);
        complain(error);
        compare(model, old, request->diff);
        model_free(old);
    }
    if (request_filters(request)) {
        store_filter(&model->findings, is_wanted, request);
    }
    verdict_decide(model);
}

/* Where the report goes: log_path. What cannot be opened is said, and standard error it is. */
static int open_log(const struct settings *settings, const struct model *model) {
    if (strcmp(settings->log_path, "stderr") == 0 || strcmp(settings->log_path, "stdout") == 0) {
        return strcmp(settings->log_path, "stdout") == 0 ? STDOUT_FILENO : STDERR_FILENO;
    }
    const json_t *process = json_array_get(json_object_get(model->head, "processes"), 0);
    char *path = str_format("%s.%lld", settings->log_path, (long long)field_number(process, "pid"));
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0) {
        say_error("log_path: %s: cannot be written: %s; the report follows", path, strerror(errno));
    }
    free(path);
    return fd < 0 ? STDERR_FILENO : fd;
}

/* The end of a process that ran under a bare LD_PRELOAD. Silent when there is nothing to say: the
 * program's own output is all that its user expects then. */
static int report_exit(struct request *request) {
    struct settings settings = settings_from_environment();
    const struct verdict_facts facts = {.gate = true};
    char *error;
    struct model *model = model_of_raw_file(request->exit_report, &settings, &facts, &error);
    complain(error);
    decide(request, &settings, model);
    int status = verdict_status(model, 66, 0);
    if (status != 0 || model->findings.n != 0) {
        int fd = open_log(&settings, model);
        struct text_options text = {.quiet = request->quiet, .format = request->format};
        text_suit(&text, request->color, fd);
        if (text_print(model, fd, &text) != 0 && fd != STDERR_FILENO) {
            text_print(model, STDERR_FILENO, &text);
        }
    }
    model_free(model);
    settings_free(&settings);
    return status == 0 && request->misled ? STATUS_CANNOT_LOOK : status;
}

/* Of the last file, if it is more than one: a process writes to one only. */
static int print_dump(const struct request *request) {
    struct settings settings = settings_from_environment();
    const struct model_options build = {.strip_path_prefix = settings.strip_path_prefix};
    const char *path = request->inputs[request->n_inputs - 1];
    struct raw_log log = {0};
    struct modules modules = {.debug_path = settings.debug_path};
    complain(raw_read(&log, path));
    json_t *tasks = model_dump(&log, &modules, &build, (uint32_t)request->dump);
    if (tasks == NULL) {
        say_fatal("%s: process %" PRId64 " was not asked for its tasks; send it the signal of -o "
                  "dump_signal",
                  path, request->dump);
    }
    struct text_options text = {.quiet = false};
    text_suit(&text, request->color, STDERR_FILENO);
    text_print_dump(tasks, STDERR_FILENO, &text);
    json_decref(tasks);
    modules_free(&modules);
    raw_free(&log);
    settings_free(&settings);
    return 0;
}

static struct model *merge_files(const struct request *request, const struct settings *settings) {
    struct model *model = model_new();
    struct known_files files = {0};
    for (size_t i = 0; i < request->n_inputs; i++) {
        char *error;
        if (known_files_have(&files, request->inputs[i])) { /* as when two patterns fit it */
            say_error("%s: given more than once: it counts once", request->inputs[i]);
            continue;
        }
        struct model *more = model_of_file(request->inputs[i], settings, &error);
        complain(error);
        model_merge(model, more);
    }
    known_files_free(&files);
    return model;
}

/* -- explaining -- */

/* The finding of that id, accepted or not; a new reference, or NULL. */
static json_t *finding_with(const struct store *store, const char *id) {
    for (size_t i = 0; i < store->n; i++) {
        if (store->all[i].id != NULL && strcmp(store->all[i].id, id) == 0) {
            return store_get(store, i);
        }
    }
    return NULL;
}

static json_t *finding_to_explain(const struct model *model, const char *id) {
    json_t *finding = finding_with(&model->findings, id);
    if (finding == NULL) {
        finding = finding_with(&model->accepted, id);
    }
    if (finding == NULL) {
        say_fatal("no finding %s in these files: reports show the id at their end", id);
    }
    return finding;
}

/* Takes the finding. */
static void explain(json_t *finding, const char *color) {
    const char *id = field_text(finding, "id");
    struct text_options options = {.quiet = false};
    text_suit(&options, color, STDOUT_FILENO);
    char *text = text_of_finding(finding, &options);
    int kind = store_kind(json_string_value(json_object_get(finding, "kind")));
    fputs(text, stdout);
    if (kind >= 0) {
        const struct explanation *about = &explanations[kind];
        printf("\nWhat it is: %s\n\nWhy it is wrong: %s\n\nWhat to do: %s\n", about->what,
               about->why, about->remedy);
    }
    printf("\nTo accept it for a while, a line of a baseline:\n  %s until YYYY-MM-DD REASON\n"
           "Not to hear of it again, a line of suppressions:\n  id:%s\n",
           id, id);
    if (fflush(stdout) != 0) {
        say_fatal("standard output: cannot be written: %s", strerror(errno));
    }
    free(text);
    json_decref(finding);
}

static void print_text(const struct request *request, const struct model *model) {
    struct text_options text = {.quiet = request->quiet, .format = request->format};
    text_suit(&text, request->color, STDOUT_FILENO);
    fflush(stdout);
    int why = text_print(model, STDOUT_FILENO, &text);
    if (why != 0) {
        say_fatal("standard output: cannot be written: %s", strerror(why));
    }
}

static int report_files(struct request *request) {
    struct settings settings = settings_from_environment();
    struct model *model = merge_files(request, &settings);
    decide(request, &settings, model);
    json_t *explained =
        request->explain == NULL ? NULL : finding_to_explain(model, request->explain);
    complain(outputs_write(&request->outputs, stdout, model));
    if (explained != NULL) {
        explain(explained, request->color);
    } else if (!outputs_any_file(&request->outputs)) {
        print_text(request, model);
    }
    int status = request->exitcode < 0 ? 0 : verdict_status(model, request->exitcode, 0);
    model_free(model);
    outputs_free(&request->outputs);
    given_free(&request->given);
    settings_free(&settings);
    return status;
}

static int answer(void *with) {
    struct request *request = with;
    if (request->symbolize) {
        return symbolize_lines();
    }
    if (request->dump != 0) {
        return print_dump(request);
    }
    return request->exit_report != NULL ? report_exit(request) : report_files(request);
}

int main(int argc, char **argv) {
    struct request request;
    unsetenv("DEBUGINFOD_URLS"); /* reports are made offline */
    request_read(&request, argc, argv);
    return on_large_stack(answer, &request);
}
