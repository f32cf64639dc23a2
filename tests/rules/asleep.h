/* asleep.h - waits until so many threads sleep in the system's futex: in a wait for a lock, a condition, a thread;
 * or in a call that only lets time go by.
 *
 * For tests of deadlocks, which are complete only then. What /proc says of a thread is true at the moment.
 */
#ifndef RADDLE_TESTS_ASLEEP_H
#define RADDLE_TESTS_ASLEEP_H

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* call: the number of a system call, and a space. */
static int threads_in(const char *call) {
    int n = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *task; tasks != NULL && (task = readdir(tasks)) != NULL;) {
        char path[300], text[16] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/syscall", task->d_name);
        FILE *file = fopen(path, "r");
        if (file != NULL) {
            if (fgets(text, sizeof text, file) != NULL && strncmp(text, call, 4) == 0) {
                n++;
            }
            fclose(file);
        }
    }
    if (tasks == NULL) {
        perror("/proc/self/task");
        exit(1);
    }
    closedir(tasks);
    return n;
}

static inline void await_sleepers(int n) {
    while (threads_in("202 ") < n) {
        sched_yield();
    }
}

static inline void await_naps(int n) {
    while (threads_in("230 ") < n) {
        sched_yield();
    }
}

#endif
