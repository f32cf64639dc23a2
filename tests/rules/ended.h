/* ended.h - waits until so many threads of the process are left, the caller among them. For tests of what is
 * left of threads that nobody joins. What /proc says is true at the moment, and nothing that the detector sees.
 */
#ifndef RADDLE_TESTS_ENDED_H
#define RADDLE_TESTS_ENDED_H

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

static int threads_left(void) {
    int n = -2; /* without . and .. */
    DIR *tasks = opendir("/proc/self/task");
    if (tasks == NULL) {
        perror("/proc/self/task");
        exit(1);
    }
    while (readdir(tasks) != NULL) {
        n++;
    }
    closedir(tasks);
    return n;
}

static inline void await_threads(int n) {
    while (threads_left() > n) {
        sched_yield();
    }
}

#endif
