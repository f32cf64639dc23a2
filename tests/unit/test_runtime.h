/* test_runtime.h - what the tests of the runtime share: counting, waiting, and children that die. */
#ifndef TEST_RUNTIME_H
#define TEST_RUNTIME_H

#include <raddle.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Lets everybody come to where he parks: yields until nothing but the caller can run. There is no
 * such call in raddle.h, so it waits long enough that only a lost wake-up could still be under way. */
static inline void let_others_park(void) {
    for (int i = 0; i < 50; i++) {
        rdl_yield();
    }
    rdl_sleep(2 * RDL_MILLISECOND);
    for (int i = 0; i < 50; i++) {
        rdl_yield();
    }
}

struct child {
    int status;       /* as waitpid gives it */
    char text[65536]; /* what it wrote on standard error */
};

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
        alarm(30);
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
