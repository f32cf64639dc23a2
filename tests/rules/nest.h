/* nest.h - two mutexes, and the taking of one lock while another is held. */
#ifndef RADDLE_TESTS_NEST_H
#define RADDLE_TESTS_NEST_H

#include <pthread.h>

__attribute__((unused)) static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER,
                                               b = PTHREAD_MUTEX_INITIALIZER;

static inline void nest(pthread_mutex_t *first, pthread_mutex_t *second) {
    pthread_mutex_lock(first);
    pthread_mutex_lock(second);
    pthread_mutex_unlock(second);
    pthread_mutex_unlock(first);
}

#endif
