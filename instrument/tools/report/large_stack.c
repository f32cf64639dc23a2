/* large_stack.c - see large_stack.h. */
#include "instrument/tools/report/large_stack.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>

#define ENOUGH ((size_t)8 << 20)

struct job {
    int (*work)(void *with);
    void *with;
    int result;
};

static void *run(void *argument) {
    struct job *job = argument;
    job->result = job->work(job->with);
    return NULL;
}

int on_large_stack(int (*work)(void *with), void *with) {
    struct job job = {.work = work, .with = with};
    struct rlimit limit;
    pthread_attr_t attributes;
    pthread_t thread;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= ENOUGH ||
        pthread_attr_init(&attributes) != 0) {
        return work(with);
    }
    pthread_attr_setstacksize(&attributes, ENOUGH);
    bool started = pthread_create(&thread, &attributes, run, &job) == 0;
    pthread_attr_destroy(&attributes);
    if (!started) {
        return work(with);
    }
    pthread_join(thread, NULL);
    return job.result;
}
