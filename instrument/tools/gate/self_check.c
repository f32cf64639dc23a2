/* self_check.c - one program that is racy and one that is not, through the gate itself. */
#include "instrument/tools/gate/self_check.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "instrument/tools/gate/files.h"
#include "instrument/tools/report/file_text.h"
#include "instrument/tools/report/say.h"

enum { FOUND = 66 };

struct canary {
    const char *file, *name;
    int status;       /* of the gate */
    const char *says; /* a part of its report */
    const char *good, *bad;
};

static const struct canary canaries[] = {
    /* One race, or two where its debug information was stripped and two lines cannot be told to be one. */
    {"canary-racy", "racy canary", FOUND, " data race", "its data race was found",
     "its data race was NOT found"},
    {"canary-clean", "clean canary", 0, "raddle: clean", "clean, as it must be", "NOT clean"},
};

/* A run around this one, which is shown that there were such programs, but not their race: a file of ours stands
 * between the two. */
struct around {
    const char *findings; /* NULL: there is none */
    struct findings_place between;
};

static struct around look_around(void) {
    struct around around = {.findings = getenv("RADDLE_FINDINGS")};
    if (around.findings != NULL && *around.findings == '\0') {
        around.findings = NULL;
    }
    if (around.findings != NULL) {
        around.between = findings_create(NULL);
    }
    return around;
}

static void tell_around(struct around *around) {
    struct raw_log log = {0};
    if (around->findings == NULL) {
        return;
    }
    char *error = raw_read(&log, around->between.path);
    if (error != NULL || !findings_hand_on(&log, around->findings, false)) {
        say_error("%s: who took part in the self-check could not be told to the run around it",
                  around->findings);
    }
    raw_free(&log);
    free(error);
    findings_remove(&around->between);
}

/* The gate on the canary, as the user would start it, but with nothing of the environment that could
 * change what is found. */
static _Noreturn void become_gate(char *program, const struct around *around, int out) {
    char *command[] = {(char *)"run-with-detector",
                       (char *)"--color=never",
                       (char *)"--timeout=60",
                       (char *)"--",
                       program,
                       NULL};
    unsetenv("RADDLE_OPTIONS");
    if (around->findings != NULL) {
        setenv("RADDLE_FINDINGS", around->between.path, 1);
    }
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    execv("/proc/self/exe", command);
    say_error("/proc/self/exe: cannot be run: %s", strerror(errno));
    _exit(STATUS_CANNOT_LOOK);
}

/* Returns the gate's status; *report: what it said, a new string. */
static int run_gate(char *program, const struct around *around, char **report) {
    int ends[2];
    if (pipe(ends) != 0) {
        say_fatal("no pipe: %s", strerror(errno));
    }
    pid_t child = fork();
    if (child < 0) {
        say_fatal("no new process: %s; raise the limit on processes", strerror(errno));
    }
    if (child == 0) {
        become_gate(program, around, ends[1]);
    }
    close(ends[1]);
    size_t bytes;
    *report = fd_text(ends[0], &bytes);
    close(ends[0]);
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (*report == NULL) {
        *report = str_copy("");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_CANNOT_LOOK;
}

static bool check(const struct canary *canary, const struct around *around) {
    char *report, *program = canary_path(canary->file);
    int status = run_gate(program, around, &report);
    bool good = status == canary->status && strstr(report, canary->says) != NULL;
    say_error("self-check: %s: %s (status %d)", canary->name, good ? canary->good : canary->bad,
              status);
    if (!good) {
        fd_write(STDERR_FILENO, report, strlen(report));
    }
    free(report);
    free(program);
    return good;
}

int self_check(void) {
    bool good = true;
    struct around around = look_around();
    for (size_t i = 0; i < sizeof canaries / sizeof canaries[0]; i++) {
        good = check(&canaries[i], &around) && good;
    }
    tell_around(&around);
    say_error(good ? "self-check: passed: this machine can look"
                   : "self-check: failed: do not believe a clean run on this machine; the lines "
                     "above say what happened");
    return good ? 0 : STATUS_CANNOT_LOOK;
}
