/* cost.c - what does a command cost? cost COMMAND...: "SECONDS MEGABYTES", of processor and of its largest
 * process. Small itself, for until it executes the command the child has our size. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    struct rusage use;
    int status, nothing = open("/dev/null", O_RDWR);
    if (argc < 2) {
        return 2;
    }
    pid_t child = vfork();
    if (child == 0) {
        dup2(nothing, 1);
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || getrusage(RUSAGE_CHILDREN, &use) != 0) {
        return 1;
    }
    double us = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e6 +
                (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
    printf("%.2f %.1f\n", us / 1e6, (double)use.ru_maxrss / 1024);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
