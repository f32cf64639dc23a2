/* barrier.h - what lies in a pthread_barrier_t: glibc's part, and ours behind it (barrier.c). */
#ifndef RADDLE_INSTRUMENT_BARRIER_H
#define RADDLE_INSTRUMENT_BARRIER_H

#include <pthread.h>
#include <stdint.h>

struct barrier {
    uint32_t in; /* how many have arrived */
    uint32_t ended;
    uint32_t count;
    int shared;
    uint32_t out;
    uint32_t apart;  /* BARRIER_APART: whose round is which is known */
    uint32_t seen;   /* arrivals that came through us */
    uint32_t inside; /* who have not received yet */
};
_Static_assert(sizeof(struct barrier) == sizeof(pthread_barrier_t), "glibc's, of which it uses 20");

#define BARRIER_APART 0x61706172u /* nothing that memory happens to hold */

#endif
