/* test_runtime.h - what the tests of the runtime share: counting, waiting, and children that die. */
#ifndef TEST_RUNTIME_H
#define TEST_RUNTIME_H

#include <raddle.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE (2 * RDL_SECOND)

/* Dumps tell these tests who waits for what. To learn the lines of source as well, the runtime
 * would start a process for each dump, which takes longer than all the rest: only tests that read
 * them define LINES_IN_DUMPS. */
#ifndef LINES_IN_DUMPS
__attribute__((constructor)) static void name_no_tool(void) {
    setenv("RADDLE_REPORT", "/dev/null", 1); /* cannot be run */
}
#endif

/* Whether a dump shows only parked goroutines beside the caller. */
static inline bool all_others_parked(void) {
    static const char *const words[] = {" [running", " [runnable"};
    char *text = NULL;
    size_t bytes = 0, awake = 0;
    int fd = memfd_create("dump", 0);
    rdl_dump(fd);
    bytes = (size_t)lseek(fd, 0, SEEK_END);
    text = calloc(1, bytes + 1);
    bool whole = text != NULL && pread(fd, text, bytes, 0) == (ssize_t)bytes;
    close(fd);
    for (size_t i = 0; whole && i < 2; i++) {
        for (const char *at = text; (at = strstr(at, words[i])) != NULL; at++) {
            awake++;
        }
    }
    free(text);
    return whole && awake <= 1;
}

/* Lets everybody come to where he parks, as a dump tells it. If somebody never parks, because a
 * test wants it so, waits long enough for the others. */
static inline void let_others_park(void) {
    rdl_time start = rdl_now();
    do {
        for (int i = 0; i < 50; i++) {
            rdl_yield();
        }
        rdl_sleep(RDL_MILLISECOND / 5);
    } while (!all_others_parked() && rdl_now() - start < PATIENCE);
}

#define CHILD_SECONDS 100 /* then it hangs; on a busy machine it may only be slow */

struct child {
    int status;       /* as waitpid gives it */
    char text[65536]; /* what it wrote on standard error */
};

/* What nohup and its like ignore, or a parent blocks, is inherited; tests want the defaults: when
 * they begin, and in a child of Criterion's or of their own. */
__attribute__((constructor)) static inline void default_signals(void) {
    sigset_t none;
    for (int signo = 1; signo < 32; signo++) { /* SIGKILL and SIGSTOP refuse */
        struct sigaction now;
        if (sigaction(signo, NULL, &now) == 0 && now.sa_handler == SIG_IGN) {
            signal(signo, SIG_DFL);
        }
    }
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Runs fn in a forked child that has made no call of the runtime yet. */
static inline void run_child(void (*fn)(void), struct child *c) {
    int ends[2];
    size_t n = 0;
    ssize_t got;
    if (pipe(ends) != 0) {
        _exit(99);
    }
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        default_signals();
        alarm(CHILD_SECONDS);
        fn();
        _exit(0);
    }
    close(ends[1]);
    while (n < sizeof(c->text) - 1 &&
           (got = read(ends[0], c->text + n, sizeof(c->text) - 1 - n)) > 0) {
        n += (size_t)got;
    }
    c->text[n] = 0;
    close(ends[0]);
    waitpid(pid, &c->status, 0);
}

static inline bool exited_with(const struct child *c, int status) {
    return WIFEXITED(c->status) && WEXITSTATUS(c->status) == status;
}

static inline bool begins_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

#endif
