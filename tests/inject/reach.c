/* A program that has become another user, or for whom the findings file is shut, starts itself again in the
 * way that argv[2] names, and the second program has a race. argv[1]: "asks": it can have the file from the gate;
 * "alone": not even that, for it may make no sockets. ORDERED: without the race. Says what became of the second
 * program. 77: this system does not let us try. */
#define _GNU_SOURCE
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

extern char **environ;
static char *arguments[] = {NULL, "race", NULL};
static char command[4096];
static int shared;

static void *touch(void *ends) {
    shared++;
    syscall(SYS_write, ((int *)ends)[1], "x", 1);
    return ends;
}

/* Ordered behind the detector's back. */
static int race(void) {
    int ends[2];
    char x;
    pthread_t thread;
    if (pipe(ends) != 0 || pthread_create(&thread, NULL, touch, ends) != 0) {
        return 2;
    }
    syscall(SYS_read, ends[0], &x, 1);
#ifdef ORDERED
    pthread_join(thread, NULL);
    shared++;
#else
    shared++;
    pthread_join(thread, NULL);
#endif
    return 40 + shared;
}

/* Root becomes nobody; anybody else may shut a file of his own to himself. */
static void shut_the_file(void) {
    const char *file = getenv("RADDLE_FINDINGS");
    if (geteuid() == 0 ? setgid(NOBODY) != 0 || setuid(NOBODY) != 0
                       : file == NULL || chmod(file, 0) != 0) {
        _exit(77);
    }
}

static void make_no_sockets(void) {
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 13),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {.len = sizeof steps / sizeof steps[0], .filter = steps};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
        _exit(77);
    }
}

static int status_of(pid_t child) {
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child ? status : -1;
}

static int start(const char *how) {
    pid_t child = -1;
    if (strcmp(how, "exec") == 0) {
        execv(arguments[0], arguments);
    } else if (strcmp(how, "cleared") == 0) {
        execve(arguments[0], arguments, (char *[]){NULL});
    } else if (strcmp(how, "fork") == 0) {
        child = fork();
    } else if (strcmp(how, "vfork") == 0) {
        child = vfork();
    } else if (strcmp(how, "posix_spawn") == 0) {
        posix_spawn(&child, arguments[0], NULL, NULL, arguments, environ);
    } else if (strcmp(how, "popen") == 0) {
        return pclose(popen(command, "r"));
    } else {
        return system(command);
    }
    if (child == 0) {
        execv(arguments[0], arguments);
        _exit(2);
    }
    return status_of(child);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        const char *file = getenv("RADDLE_FINDINGS"); /* which the gate has to read, too */
        (void)(file != NULL && chmod(file, 0600));    /* not for who has become nobody */
        return race();
    }
    arguments[0] = argv[0];
    snprintf(command, sizeof command, "exec '%s' race", argv[0]);
    int failed = execv("/nowhere", arguments); /* what was not started is not counted */
    shut_the_file();
    if (strcmp(argv[1], "alone") == 0) {
        make_no_sockets();
        failed += execv("/nowhere", arguments);
    }
    int status = start(argv[2]);
    printf("the second program: %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -status);
    return failed < 0 ? 0 : 2;
}
