/* detached.h - threads that nobody joins: any, and one that marks 0, waits for a post, and marks 1; and signals that
 * come to them. */
#ifndef RADDLE_TESTS_DETACHED_H
#define RADDLE_TESTS_DETACHED_H

#include "invisible.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

static inline void start_detached(void *(*run)(void *), void *argument) {
    pthread_t thread;
    pthread_create(&thread, NULL, run, argument);
    pthread_detach(thread);
}

static void *wait_for_post(void *posted) {
    mark(0);
    sem_wait((sem_t *)posted);
    mark(1);
    return NULL;
}

static inline sem_t *start_waiting_for_post(void) {
    sem_t *posted = (sem_t *)calloc(1, sizeof *posted);
    start_detached(wait_for_post, posted);
    return posted;
}

static inline void post_and_await(sem_t *posted) {
    if (posted != NULL) {
        sem_post(posted);
        await(1);
    }
}

/* To another thread, for this one blocks it. */
static inline void send_to_other(int signo) {
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signo);
    pthread_sigmask(SIG_BLOCK, &one, NULL);
    kill(getpid(), signo);
}

#endif
