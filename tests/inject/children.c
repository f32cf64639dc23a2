/* A race in this process or in one that it makes, in each of the ways that argv[1] may name; then an
 * end. ORDERED: the same without the race. The order of the two accesses goes through a pipe, read
 * and written behind the detector's back. The status is that of the child, but for its signals. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wordexp.h>

static int shared;
static char *program, *nothing[] = {NULL}, *arguments[] = {NULL, "race", NULL};
static char command[4096];

static void *touch(void *ends) {
    shared++;
    syscall(SYS_write, ((int *)ends)[1], "x", 1);
    return ends;
}

static void race(void) {
    int ends[2];
    char x;
    pthread_t thread;
    if (pipe(ends) != 0 || pthread_create(&thread, NULL, touch, ends) != 0) {
        _exit(2);
    }
    syscall(SYS_read, ends[0], &x, 1);
#ifdef ORDERED
    pthread_join(thread, NULL);
    shared++;
#else
    shared++;
    pthread_join(thread, NULL);
#endif
}

static int status_of(pid_t child) {
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status)
               ? WEXITSTATUS(status)
               : 0;
}

/* -- ends, of this process or of a forked one -- */

static int end(const char *how) {
    race();
    if (strcmp(how, "_exit") == 0) {
        _exit(0);
    } else if (strcmp(how, "exit_group") == 0) {
        syscall(SYS_exit_group, 0);
    } else if (strcmp(how, "exec") == 0) {
        execl("/bin/true", "true", (char *)NULL);
    } else if (strcmp(how, "SIGTERM") == 0 || strcmp(how, "SIGKILL") == 0) {
        raise(strcmp(how, "SIGTERM") == 0 ? SIGTERM : SIGKILL);
    } else if (strcmp(how, "abort") == 0) {
        abort();
    }
    return 0;
}

/* -- processes that are not forks of ours, with an environment that says nothing -- */

static int start(const char *how) {
    pid_t child = 0;
    if (strcmp(how, "posix_spawn") == 0) {
        return posix_spawn(&child, program, NULL, NULL, arguments, nothing) + status_of(child);
    } else if (strcmp(how, "posix_spawnp") == 0) {
        return posix_spawnp(&child, program, NULL, NULL, arguments, nothing) + status_of(child);
    } else if (strcmp(how, "other_preload") == 0) {
        char *other[] = {"LD_PRELOAD=libm.so.6", NULL};
        return posix_spawn(&child, program, NULL, NULL, arguments, other) + status_of(child);
    } else if (strcmp(how, "execve") == 0) {
        return execve(program, arguments, nothing);
    } else if (strcmp(how, "execveat") == 0) {
        return execveat(AT_FDCWD, program, arguments, nothing, 0);
    } else if (strcmp(how, "fexecve") == 0) {
        return fexecve(open(program, O_RDONLY), arguments, nothing);
    } else if (strcmp(how, "by_number") == 0) {
        return (int)syscall(SYS_execve, program, arguments, nothing);
    } else if (strcmp(how, "wordexp") == 0) {
        wordexp_t words;
        snprintf(command, sizeof command, "$(%s race)", program);
        return wordexp(command, &words, 0);
    } else if (strcmp(how, "wordexp_cleared") == 0) {
        return clearenv() + start("wordexp");
    } else if (strcmp(how, "system") == 0) {
        return clearenv() + system(command);
    } else if (strcmp(how, "popen") == 0) {
        setenv("LD_PRELOAD", "libm.so.6", 1);
        return pclose(popen(command, "r"));
    }
    return -1;
}

/* -- forks -- */

static int in_vfork(void) {
    pid_t child = vfork();
    if (child == 0) {
        execve(program, arguments, nothing);
        _exit(9);
    }
    return status_of(child);
}

static int in_grandchild(const char *how) {
    pid_t child = fork();
    if (child == 0) {
        setsid();
        if (fork() == 0) {
            return strcmp(how, "double") == 0 ? end("_exit") : start("execve");
        }
        _exit(0);
    }
    return status_of(child);
}

/* The parent is gone before its child does anything: the pipe ends with it. */
static int in_orphan(void) {
    int ends[2];
    char x;
    if (pipe(ends) == 0 && fork() == 0) {
        syscall(SYS_close, ends[1]);
        syscall(SYS_read, ends[0], &x, 1);
        race();
    }
    return 0;
}

int main(int argc, char **argv) {
    const char *where = argc > 1 ? argv[1] : "", *how = argc > 2 ? argv[2] : "";
    program = arguments[0] = argv[0];
    snprintf(command, sizeof command, "exec %s race", program);
    if (strcmp(where, "race") == 0) {
        return end(how);
    } else if (strcmp(where, "fork") == 0) {
        pid_t child = fork();
        return child == 0 ? end(how) : status_of(child);
    } else if (strcmp(where, "start") == 0) {
        return start(how);
    } else if (strcmp(where, "vfork") == 0) {
        return in_vfork();
    } else if (strcmp(where, "daemon") == 0) {
        return daemon(1, 1) == 0 ? end(how) : 1;
    } else if (strcmp(where, "grandchild") == 0) {
        return in_grandchild(how);
    }
    return strcmp(where, "orphan") == 0 ? in_orphan() : 1;
}
