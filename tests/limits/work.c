/* work.c - a program that races, or does not, in a place that is short of something.
 *
 * usage: work race|lock [WHAT…]     WHAT is one of
 *   smallest-stacks   its threads have the smallest stacks that there are
 *   sandbox-errno     it forbids itself all system calls but those a program of its kind makes: EPERM
 *   sandbox-kill      likewise, and each of the others is its death
 *   sandbox-strict    its work done, it forbids itself all but to read, to write and to exit, on pain of death
 *   no-output         standard input, output and error are closed
 * The status is 0 when its own work was right.
 */
#include "sandbox.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS = 4, ROUNDS = 100 };

static long shared;
static int locked, strict;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void add(void) {
    char *block = malloc(100);
    memset(block, 1, 100);
    shared += block[7];
    free(block);
}

static void *work(void *unused) {
    for (int i = 0; i < ROUNDS; i++) {
        if (locked) {
            pthread_mutex_lock(&lock);
        }
        add();
        if (locked) {
            pthread_mutex_unlock(&lock);
        }
    }
    return unused;
}

/* What such a program does: it reads, thinks, writes, and ends by the one call for that which is allowed; not with
 * 0, which who is killed may end with, too, when a thread is left. */
static void only_read_and_write(void) {
    int ends[2];
    char said[] = "a word", heard[sizeof said] = "";
    if (pipe(ends) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) {
        exit(77);
    }
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&lock);
        ssize_t n = write(ends[1], said, sizeof said);
        n += read(ends[0], heard, sizeof heard);
        pthread_mutex_unlock(&lock);
        if (n != 2 * (ssize_t)sizeof said || memcmp(said, heard, sizeof said) != 0) {
            syscall(SYS_exit, 1);
        }
    }
    syscall(SYS_exit, 3);
}

int main(int argc, char **argv) {
    pthread_t threads[THREADS];
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    locked = argc > 1 && strcmp(argv[1], "lock") == 0;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "smallest-stacks") == 0) {
            pthread_attr_setstacksize(&attributes, (size_t)PTHREAD_STACK_MIN);
        } else if (strcmp(argv[i], "sandbox-errno") == 0) {
            sandbox(0);
        } else if (strcmp(argv[i], "sandbox-kill") == 0) {
            sandbox(1);
        } else if (strcmp(argv[i], "sandbox-strict") == 0) {
            strict = 1;
        } else if (strcmp(argv[i], "no-output") == 0) {
            close(0);
            close(1);
            close(2);
        }
    }
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], &attributes, work, NULL) != 0) {
            return 3;
        }
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    if (strict) {
        only_read_and_write();
    }
    return locked && shared != THREADS * ROUNDS;
}
