/* work.h - what each test of this directory does: two threads that count, with or without a lock. */
#ifndef RADDLE_TESTS_WORK_H
#define RADDLE_TESTS_WORK_H

#include <pthread.h>
#include <stddef.h>

static long balance;
static pthread_mutex_t balance_lock = PTHREAD_MUTEX_INITIALIZER;

static void *deposit(void *locked) {
    if (locked != NULL) {
        pthread_mutex_lock(&balance_lock);
        balance++;
        pthread_mutex_unlock(&balance_lock);
    } else {
        balance++;
    }
    return NULL;
}

static void two_deposits(int locked) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, deposit, locked ? &balance_lock : NULL);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
}

#endif
