/* report.c - see report.h.
 *
 * The tool is started by a bare clone without an exit signal: the program's SIGCHLD handler does
 * not run, SIG_IGN does not reap our child, and no wait of another thread can take it.
 */
#include "instrument/report.h"

#include "instrument/front.h"
#include "instrument/mapping.h"
#include "instrument/sys.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATUS_FOUND  66 /* how raddle-report says that findings remain */
#define REPORTED      UINT32_MAX
#define TURNS_AT_MOST 10000 /* of a millisecond */

/* Whether the file, which forked children share, holds a finding or tells of blindness. */
static bool is_worth_a_report(const struct findings_file *f) {
    uint64_t used = atomic_load_explicit(&f->used, memory_order_acquire);
    used = used < f->capacity ? used : f->capacity;
    for (uint64_t at = f->header_bytes; at + sizeof(struct record_head) <= used;) {
        const struct record_head *head = (const struct record_head *)((const char *)f + at);
        if (head->kind >= RECORD_RACE && head->kind != RECORD_DUMP) {
            return true;
        }
        if (head->bytes < sizeof *head || head->bytes % 8 != 0) {
            break;
        }
        at += head->bytes;
    }
#define X(name, text, blind)                                                                       \
    if (blind &&                                                                                   \
        atomic_load_explicit(&det_process()->limits[LIMIT_##name], memory_order_relaxed) != 0) {   \
        return true;                                                                               \
    }
    FINDINGS_LIMITS(X)
#undef X
    return atomic_load_explicit(&f->lost, memory_order_relaxed) != 0;
}

static bool is_runnable(char *out, const char *dir, size_t n, const char *rest) {
    if (n + strlen(rest) + 1 > sizeof front.tool) {
        return false;
    }
    memmove(out, dir, n);
    memcpy(out + n, rest, strlen(rest) + 1);
    return SYS3(SYS_access, out, 1, 0) == 0;
}

/* given: RADDLE_REPORT. Else beside us: in the build tree, then installed. */
static bool find_tool(char *out, const char *given) {
    if (given != NULL && given[0] != '\0') {
        return is_runnable(out, given, strlen(given), "");
    }
    Dl_info us;
    const char *slash = NULL;
    if (dladdr((const void *)&front, &us) != 0 && us.dli_fname != NULL) {
        slash = strrchr(us.dli_fname, '/');
    }
    if (slash == NULL) {
        return is_runnable(out, RADDLE_BINDIR, strlen(RADDLE_BINDIR), "/raddle-report");
    }
    size_t n = (size_t)(slash - us.dli_fname);
    return is_runnable(out, us.dli_fname, n, "/tools/raddle-report") ||
           is_runnable(out, us.dli_fname, n, "/../../bin/raddle-report") ||
           is_runnable(out, us.dli_fname, n, "/../bin/raddle-report") ||
           is_runnable(out, RADDLE_BINDIR, strlen(RADDLE_BINDIR), "/raddle-report");
}

/* A mistake is told before main, as any bad value is, and not after a long run. */
static void check_suppressions(const char *path) {
    char byte;
    long fd = SYS3(SYS_open, path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0 || SYS3(SYS_read, fd, &byte, 1) < 0) {
        sys_say("raddle: RADDLE_OPTIONS: suppressions=", path,
                ": cannot be read; name a file that is there, from every directory if the program "
                "starts others",
                NULL);
        sys_exit(125);
    }
    SYS3(SYS_close, fd, 0, 0);
}

void report_start(const char *given) {
    if (front.bare && SYS3(SYS_getcwd, front.began_in, sizeof front.began_in, 0) < 0) {
        front.began_in[0] = '\0';
    }
    if (front.bare && front.options.suppressions[0] != '\0') {
        check_suppressions(front.options.suppressions);
    }
    bool wanted = front.bare || front.options.dump_signal[0] != '\0';
    if (wanted && !find_tool(front.tool, given)) {
        front.tool[0] = '\0';
    }
}

/* No call of libc from here on: it may be the watcher that ends the process (watch.c). */
static bool has_name(const char *variable, const char *name) {
    for (; *name != '\0'; name++, variable++) {
        if (*variable != *name) {
            return false;
        }
    }
    return *variable == '=';
}

/* Ours, without what would load us into the tool. NULL: no memory. */
static char **tool_environment(void) {
    size_t n = 0;
    while (environ != NULL && environ[n] != NULL) {
        n++;
    }
    char **out = (char **)sys_map((n + 1) * sizeof *out, 0);
    size_t kept = 0;
    for (size_t i = 0; out != NULL && i < n; i++) {
        if (!has_name(environ[i], "LD_PRELOAD") && !has_name(environ[i], "RADDLE_FINDINGS")) {
            out[kept++] = environ[i];
        }
    }
    return out;
}

/* The status of the tool; -1: it could not run. */
static int run_tool(char *const *words) {
    char **environment = tool_environment();
    if (environment == NULL) {
        return -1;
    }
    long pid = sys_call(SYS_clone, 0, 0, 0, 0, 0, 0);
    if (pid == 0) {
        SYS3(SYS_chdir, front.began_in, 0, 0); /* paths in options are as they were given */
        SYS3(SYS_execve, front.tool, words, environment);
        sys_exit(127);
    }
    int status = 0;
    long got = -4; /* EINTR */
    while (pid > 0 && got == -4) {
        got = sys_call(SYS_wait4, pid, (long)&status, __WALL, 0, 0, 0);
    }
    return pid > 0 && got == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int report(int status) {
    if (!is_worth_a_report(front.findings)) {
        if (!front.sandboxed) {
            mapping_remove();
        }
        return status;
    }
    char *const words[] = {front.tool, "--exit-report", front.findings_path, NULL};
    int said = !front.sandboxed && front.tool[0] != '\0' ? run_tool(words) : -1;
    if (front.sandboxed) {
        sys_say("raddle: the program has forbidden system calls, so nothing can report for it "
                "here; run "
                "raddle-report on ",
                front.findings_path, NULL);
        said = det_findings_count() != 0 ? STATUS_FOUND : 0;
    } else if (said < 0 || said == 127) {
        sys_say("raddle: raddle-report: cannot be run; set RADDLE_REPORT to its path and run it "
                "on ",
                front.findings_path, NULL);
        said = det_findings_count() != 0 ? STATUS_FOUND : 0;
    } else {
        mapping_remove();
    }
    return said == STATUS_FOUND && front.options.exitcode != 0 ? (int)front.options.exitcode
                                                               : status;
}

/* As digits, ended by NUL; where they begin. */
static char *put_number(char *out, size_t room, int n) {
    char *at = out + room - 1;
    *at = '\0';
    do {
        *--at = (char)('0' + n % 10);
        n /= 10;
    } while (n != 0);
    return at;
}

void report_dump(void) {
    char pid[12], *given = front.findings_given;
    char *file = front.bare ? front.findings_path : given + sizeof "RADDLE_FINDINGS=" - 1;
    char *const words[] = {front.tool, "--dump", put_number(pid, sizeof pid, front.pid), file,
                           NULL};
    bool known = front.bare || given[0] != '\0';
    if (!known || front.tool[0] == '\0' || run_tool(words) != 0) {
        sys_say("raddle: raddle-report: cannot be run, so the tasks cannot be printed; set "
                "RADDLE_REPORT to its path",
                NULL);
    }
}

/* Our exit would cut another thread's report short. */
static void await_report(uint32_t me) {
    struct timespec moment = {.tv_nsec = 1000 * 1000};
    for (int i = 0; i < TURNS_AT_MOST; i++) {
        uint32_t reporter = __atomic_load_n(&front.reporter, __ATOMIC_ACQUIRE);
        if (reporter == REPORTED || reporter == me) { /* in a handler within the report */
            return;
        }
        SYS3(SYS_nanosleep, &moment, NULL, 0);
    }
}

int report_at_end(int status) {
    if (!front.bare || sys_getpid() != front.creator) {
        return status;
    }
    uint32_t none = 0, me = front.sandboxed ? 1 : (uint32_t)SYS3(SYS_gettid, 0, 0, 0);
    if (!__atomic_compare_exchange_n(&front.reporter, &none, me, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE)) {
        await_report(me);
        return status;
    }
    status = report(status);
    __atomic_store_n(&front.reporter, REPORTED, __ATOMIC_RELEASE);
    return status;
}
