/* ending.c - the words for how a command ended, and the deadlock that ended it. */
#include "instrument/tools/report/ending.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/say.h"

enum {
    SIGNAL_STATUS = 128,
    RUNTIME_STATUS = 2
}; /* of the runtime, where all goroutines are asleep */

char *ending_text(const struct ending *ending) {
    int by = ending->signo != 0 ? ending->signo : ending->own - SIGNAL_STATUS;
    const char *name = by > 0 ? sigabbrev_np(by) : NULL;
    if (ending->signo != 0) {
        return str_format("the command itself was ended by signal %d%s%s%s", by,
                          name == NULL ? "" : " (SIG", name == NULL ? "" : name,
                          name == NULL ? "" : ")");
    }
    if (name != NULL) { /* what a shell says of a program that it ran */
        return str_format("the command itself ended with status %d (128 + SIG%s)", ending->own,
                          name);
    }
    return str_format("the command itself ended with status %d", ending->own);
}

/* Of a set that nobody can reach, the program goes on: it ends with a status of its own. */
static bool goes_on(const json_t *finding) {
    size_t i;
    json_t *task;
    json_array_foreach(json_object_get(finding, "tasks"), i, task) {
        if (json_object_get(json_object_get(task, "wait"), "cut_off") != NULL) {
            return true;
        }
    }
    return false;
}

/* One of the processes that it was found in, which ended with `status`; NULL: none. */
static const json_t *ended_so(const struct model *model, const struct stored *stored, int status) {
    size_t i;
    json_t *process;
    json_array_foreach(json_object_get(model->head, "processes"), i, process) {
        for (size_t k = 0; k < stored->n_processes; k++) {
            if (field_number(process, "pid") == stored->processes[k].pid &&
                field_is(process, "ended", "exited") && field_number(process, "status") == status) {
                return process;
            }
        }
    }
    return NULL;
}

struct cause {
    json_t *deadlock; /* a reference of ours; NULL: there is none */
    const json_t *process;
};

/* The first deadlock of the store that ended its process with that status. */
static struct cause cause_in(const struct model *model, const struct store *store, int status) {
    int kind = store_kind("deadlock");
    for (size_t i = 0; i < store->n; i++) {
        const struct stored *stored = &store->all[i];
        const json_t *process =
            stored->kind == kind && stored->is_error ? ended_so(model, stored, status) : NULL;
        json_t *finding = process == NULL ? NULL : store_get(store, i);
        if (finding != NULL && !goes_on(finding)) {
            return (struct cause){finding, process};
        }
        json_decref(finding);
    }
    return (struct cause){0};
}

static struct cause cause_of(const struct model *model, int status) {
    struct cause cause = cause_in(model, &model->accepted, status);
    return cause.deadlock != NULL ? cause : cause_in(model, &model->findings, status);
}

/* How it came to be no finding that fails. */
static const char *accepted_as(const json_t *deadlock) {
    const json_t *accepted = json_object_get(deadlock, "accepted");
    return accepted == NULL                       ? "which stands above"
           : field_is(accepted, "by", "baseline") ? "which is in the baseline"
                                                  : "which is suppressed";
}

/* Of the process that ended for it: the command itself, or one that it started. */
static char *reason_text(const struct cause *cause, bool is_command, bool was_ended) {
    const char *exe = field_text(cause->process, "exe"), *slash = strrchr(exe, '/');
    char *whom = is_command ? str_copy(", because a deadlock ended it")
                            : str_format(", and a deadlock ended %s (process %lld)",
                                         slash == NULL ? exe : slash + 1,
                                         (long long)field_number(cause->process, "pid"));
    char *reason = str_format("%s (%s, %s): mend it%s", whom, field_text(cause->deadlock, "id"),
                              accepted_as(cause->deadlock),
                              was_ended ? ", or let the program wait on with -o "
                                          "on_deadlock=continue and --timeout"
                                        : "");
    free(whom);
    return reason;
}

char *ending_reason(const struct model *model, const struct ending *ending) {
    struct cause cause = cause_of(model, ending->of_deadlock);
    bool was_ended = cause.deadlock != NULL;
    if (!was_ended && ending->own == RUNTIME_STATUS) {
        cause = cause_of(model, RUNTIME_STATUS);
    }
    if (cause.deadlock == NULL) {
        return str_copy("");
    }
    bool is_command = field_number(cause.process, "status") == ending->own;
    char *reason = reason_text(&cause, is_command, was_ended);
    json_decref(cause.deadlock);
    return reason;
}
