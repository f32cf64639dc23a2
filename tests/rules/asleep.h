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

/* Of a line of .../syscall, whether it is a wait of the detector's own, for the moment in which it looks at all
 * threads: only such a one has a limit that is a span (FUTEX_WAIT); libc's limits are moments (FUTEX_WAIT_BITSET). */
static int is_detectors(const char *line) {
    unsigned long operation, limit;
    return sscanf(line, "202 %*x %lx %*x %lx", &operation, &limit) == 2 && (operation & 127) == 0 &&
           limit != 0;
}

/* call: the number of a system call, and a space. */
static int threads_in(const char *call) {
    int n = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *task; tasks != NULL && (task = readdir(tasks)) != NULL;) {
        char path[300], text[160] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/syscall", task->d_name);
        FILE *file = fopen(path, "r");
        if (file != NULL) {
            if (fgets(text, sizeof text, file) != NULL && strncmp(text, call, 4) == 0 &&
                !is_detectors(text)) {
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
