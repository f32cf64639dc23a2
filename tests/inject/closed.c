/* Starts the program argv[2] in the way that argv[1] names, and waits for it. STARTED: it is that program, with a
 * thread where THREADS is defined. */
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#ifdef THREADS
static int shared;

static void *touch(void *unused) {
    shared++;
    return unused;
}
#endif

static int work(void) {
#ifdef THREADS
    pthread_t thread;
    if (pthread_create(&thread, NULL, touch, NULL) != 0) {
        return 1;
    }
    shared++;
    return pthread_join(thread, NULL);
#else
    return 0;
#endif
}

static int start(const char *how, char **program) {
    pid_t child = 0;
    if (strcmp(how, "vfork") == 0 && (child = vfork()) == 0) {
        execv(program[0], program);
        _exit(1);
    } else if (strcmp(how, "fork") == 0 && (child = fork()) == 0) {
        exit(execvp(program[0], program));
    } else if (strcmp(how, "posix_spawn") == 0) {
        return posix_spawn(&child, program[0], NULL, NULL, program, environ) != 0 ||
               waitpid(child, NULL, 0) != child;
    } else if (strcmp(how, "named") == 0) { /* in $PATH, and without asking for its number */
        return posix_spawnp(NULL, strrchr(program[0], '/') + 1, NULL, NULL, program, environ) !=
                   0 ||
               wait(NULL) < 0;
    } else if (strcmp(how, "exec") == 0) {
        return execv(program[0], program);
    } else if (strcmp(how, "failing") == 0) { /* what is not started does not count */
        char *const impossible[] = {program[0], (char *)1, NULL};
        return posix_spawn(&child, program[0], NULL, NULL, impossible, environ) == 0 ||
               execv(program[0], impossible) != -1;
    }
    return child != 0 && waitpid(child, NULL, 0) != child;
}

int main(int argc, char **argv) {
    return argc > 2 ? start(argv[1], argv + 2) : work();
}
