/* run.c - the life of a run: start, forward signals, time out, linger. */
#include "instrument/tools/gate/run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "detector/findings.h"
#include "instrument/tools/gate/handover.h"
#include "instrument/tools/report/say.h"

enum {
    NS_PER_S = 1000000000,
    NS_PER_MS = 1000000,
    GRACE_MS = 1000, /* between SIGTERM and SIGKILL after a timeout */
    SIGNAL_STATUS = 128,
    MOST_DESCENDANTS = 4096,
    MS_PER_S = 1000,
};

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* -- descendants -- */

/* The parent of `pid` by /proc; 0 when it is gone or only a zombie. */
static pid_t living_parent(pid_t pid) {
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return 0;
    }
    const char *got = fgets(line, sizeof line, file);
    fclose(file);
    const char *after = got == NULL ? NULL : strrchr(line, ')'); /* names may hold brackets */
    char state = 'Z';
    int parent = 0;
    if (after == NULL || sscanf(after + 1, " %c %d", &state, &parent) != 2 || state == 'Z') {
        return 0;
    }
    return parent;
}

static bool is_among(const pid_t *pids, size_t n, pid_t pid) {
    for (size_t i = 0; i < n; i++) {
        if (pids[i] == pid) {
            return true;
        }
    }
    return false;
}

/* One look over /proc; adds the children of those known. Returns the new number. */
static size_t add_generation(pid_t *pids, size_t n, size_t most) {
    DIR *proc = opendir("/proc");
    struct dirent *entry;
    while (proc != NULL && n < most && (entry = readdir(proc)) != NULL) {
        pid_t pid = (pid_t)atoi(entry->d_name), parent = pid <= 0 ? 0 : living_parent(pid);
        if (parent != 0 && !is_among(pids, n, pid) &&
            (parent == getpid() || is_among(pids, n, parent))) {
            pids[n++] = pid;
        }
    }
    if (proc != NULL) {
        closedir(proc);
    }
    return n;
}

/* All living descendants. Parents come before children. */
static size_t list_descendants(pid_t *pids, size_t most) {
    size_t n = 0, before;
    do {
        before = n;
        n = add_generation(pids, n, most);
    } while (n != before);
    return n;
}

static bool is_descendant(pid_t pid) {
    for (int i = 0; pid > 1 && pid != getpid() && i < MOST_DESCENDANTS; i++) {
        pid = living_parent(pid);
    }
    return pid == getpid();
}

/* SIGTERM asks a watched process what its tasks wait for, before it does what it always does. */
static void tell(pid_t pid, int signo) {
    const union sigval value = {.sival_int = FINDINGS_TIMEOUT_VALUE};
    if (signo != SIGTERM || sigqueue(pid, signo, value) != 0) {
        kill(pid, signo);
    }
}

static size_t signal_descendants(int signo) {
    pid_t *pids = mem_new(MOST_DESCENDANTS, sizeof *pids);
    size_t n = list_descendants(pids, MOST_DESCENDANTS);
    for (size_t i = 0; signo != 0 && i < n; i++) {
        tell(pids[i], signo);
    }
    free(pids);
    return n;
}

/* -- starting -- */

/* What the gate wants of signals that it may have inherited otherwise, as from a supervisor that ignores SIGCHLD: then
 * nobody could wait for the command. Reports may be larger than `ulimit -f`, which is then an error, not an end. */
static struct {
    int signo;
    void (*wanted)(int);
    struct sigaction inherited;
} own_signals[] = {{.signo = SIGCHLD, .wanted = SIG_DFL}, {.signo = SIGXFSZ, .wanted = SIG_IGN}};

void run_take_signals(void) {
    for (size_t i = 0; i < sizeof own_signals / sizeof own_signals[0]; i++) {
        struct sigaction action = {.sa_handler = own_signals[i].wanted};
        sigaction(own_signals[i].signo, &action, &own_signals[i].inherited);
    }
}

/* The command gets them as we did. */
static void give_signals_back(void) {
    for (size_t i = 0; i < sizeof own_signals / sizeof own_signals[0]; i++) {
        sigaction(own_signals[i].signo, &own_signals[i].inherited, NULL);
    }
}

static void set_preload(const char *detector) {
    const char *existing = getenv("LD_PRELOAD");
    if (existing == NULL || *existing == '\0') {
        setenv("LD_PRELOAD", detector, 1);
    } else if (strstr(existing, detector) == NULL) {
        char *both = str_format("%s:%s", detector, existing);
        setenv("LD_PRELOAD", both, 1);
        free(both);
    }
}

static _Noreturn void become_command(const struct run_request *request, const sigset_t *mask,
                                     int report) {
    set_preload(request->detector);
    setenv("RADDLE_FINDINGS", request->findings, 1);
    if (request->options[0] != '\0') {
        setenv("RADDLE_OPTIONS", request->options, 1);
    } else {
        unsetenv("RADDLE_OPTIONS"); /* what it had was for the gate alone */
    }
    give_signals_back();
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(request->path, request->command);
    int why = errno;
    ssize_t ignored = write(report, &why, sizeof why);
    (void)ignored;
    _exit(STATUS_CANNOT_LOOK);
}

/* Returns the child, or -1 with *exec_error set. */
static pid_t start(const struct run_request *request, const sigset_t *mask, int *exec_error) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) {
        say_fatal("no pipe: %s", strerror(errno));
    }
    pid_t child = fork();
    if (child < 0) {
        say_fatal("no new process: %s; raise the limit on processes", strerror(errno));
    }
    if (child == 0) {
        become_command(request, mask, report[1]);
    }
    close(report[1]);
    bool failed = read(report[0], exec_error, sizeof *exec_error) == (ssize_t)sizeof *exec_error;
    close(report[0]);
    if (failed) {
        waitpid(child, NULL, 0);
        return -1;
    }
    *exec_error = 0;
    return child;
}

/* -- waiting -- */

struct watch {
    pid_t child;
    bool ended;  /* the command itself */
    bool lonely; /* nobody is left at all */
    bool interrupted;
    int own, signo;
    int signals;        /* a descriptor that tells of those we wait for */
    int listener, file; /* see handover.h */
    struct early *early;
};

static void reap(struct watch *watch) {
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == watch->child) {
            watch->ended = true;
            watch->own = WIFEXITED(status) ? WEXITSTATUS(status) : SIGNAL_STATUS + WTERMSIG(status);
            watch->signo = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        }
    }
    watch->lonely = pid < 0 && errno == ECHILD;
}

static void take_signal(struct watch *watch) {
    struct signalfd_siginfo info;
    if (read(watch->signals, &info, sizeof info) == (ssize_t)sizeof info &&
        info.ssi_signo != SIGCHLD) {
        watch->interrupted = true;
        if (!watch->ended && info.ssi_code != SI_KERNEL) {
            kill(watch->child, (int)info.ssi_signo);
        }
    }
}

/* Waits for a signal, or for somebody who asks for the findings file, or until `deadline`, and acts on it. */
static void wait_step(struct watch *watch, int64_t deadline) {
    int64_t left = deadline - now_ns();
    if (left < 0) {
        left = 0;
    }
    struct timespec time = {.tv_sec = left / NS_PER_S, .tv_nsec = left % NS_PER_S};
    struct pollfd news[] = {{.fd = watch->signals, .events = POLLIN},
                            {.fd = watch->listener, .events = POLLIN}};
    if (ppoll(news, 2, &time, NULL) > 0) {
        if (news[0].revents != 0) {
            take_signal(watch);
        }
        if (news[1].revents != 0) {
            handover_answer(watch->listener, watch->file, is_descendant);
        }
    }
    reap(watch);
}

/* Until the command has ended. Returns false when the deadline came first. */
static bool wait_for_command(struct watch *watch, int64_t deadline) {
    reap(watch);
    while (!watch->ended && (deadline == 0 || now_ns() < deadline)) {
        int64_t look = now_ns() + (int64_t)EARLY_LOOK_MS * NS_PER_MS;
        wait_step(watch, deadline == 0 || look < deadline ? look : deadline);
        if (!watch->ended) {
            early_look(watch->early);
        }
    }
    return watch->ended;
}

static void wait_for_rest(struct watch *watch, int64_t deadline) {
    reap(watch);
    watch->interrupted = false;
    while (!watch->lonely && !watch->interrupted && now_ns() < deadline) {
        wait_step(watch, deadline);
    }
}

/* A chance to end in order, then the end. */
static void end_tree(struct watch *watch) {
    signal_descendants(SIGTERM);
    signal_descendants(SIGCONT);
    wait_for_rest(watch, now_ns() + (int64_t)GRACE_MS * NS_PER_MS);
    while (!watch->lonely && signal_descendants(SIGKILL) != 0) {
        wait_step(watch, now_ns() + 10 * (int64_t)NS_PER_MS);
    }
    reap(watch);
}

/* Blocks what we wait for, and makes what we wait on. Returns the mask as it was. */
static sigset_t watch_begin(struct watch *watch, const char *findings) {
    static const int forwarded[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
    sigset_t waited, before;
    sigemptyset(&waited);
    sigaddset(&waited, SIGCHLD);
    for (size_t i = 0; i < sizeof forwarded / sizeof forwarded[0]; i++) {
        sigaddset(&waited, forwarded[i]);
    }
    sigprocmask(SIG_BLOCK, &waited, &before);
    watch->signals = signalfd(-1, &waited, SFD_CLOEXEC | SFD_NONBLOCK);
    if (watch->signals < 0) {
        say_fatal("no signalfd: %s", strerror(errno));
    }
    watch->file = open(findings, O_RDWR | O_CLOEXEC);
    watch->listener = watch->file < 0 ? -1 : handover_listen(findings);
    return before;
}

static void watch_end(const struct watch *watch) {
    close(watch->signals);
    close(watch->listener); /* whoever still waits there gets an end instead of an answer */
    close(watch->file);
}

struct run_result run_command(const struct run_request *request) {
    struct run_result result = {0};
    struct watch watch = {.early = request->early};
    sigset_t before = watch_begin(&watch, request->findings);
    request->early->file = request->early->findings == NULL ? -1 : watch.file;
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    int64_t began = now_ns();
    watch.child = start(request, &before, &result.exec_error);
    if (watch.child < 0) {
        watch_end(&watch);
        return result;
    }
    signal(SIGPIPE, SIG_IGN);    /* a closed standard error must not decide */
    unsetenv("DEBUGINFOD_URLS"); /* reports are made offline */
    int64_t limit = (int64_t)(request->timeout_s * 1e9);
    result.timed_out = !wait_for_command(&watch, limit == 0 ? 0 : began + limit);
    early_end(request->early, result.timed_out ? GRACE_MS : -1);
    if (result.timed_out) {
        end_tree(&watch);
    } else {
        wait_for_rest(&watch, now_ns() + request->linger_ms * NS_PER_MS);
    }
    result.is_alone = watch.lonely;
    result.left_running = watch.lonely ? 0 : signal_descendants(0);
    result.own = watch.own;
    result.signo = watch.signo;
    watch_end(&watch);
    return result;
}
