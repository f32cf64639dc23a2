/* base.h - the few things a program without libc needs: copying, zeroing, hashing, a spin lock.
 *
 * Lock     One word: 0, or the number of the fork generation whose thread holds it. A word of an
 *          earlier generation was held by a thread that does not exist in this child, so it counts as
 *          free: no lock has to be reset at fork.
 * Ranks    A task's own state (never locked) > sync shard > sync object > lock orders > heap, object tables >
 *          blocks of records (one at a time) > clock slabs > arena > findings > tests. Acquire downwards only.
 */
#ifndef RADDLE_DETECTOR_BASE_H
#define RADDLE_DETECTOR_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "detector/hot.h"

#define BASE_PAGE 4096u

struct spin {
    uint32_t held;
};

DET_HIDDEN void spin_lock(struct spin *lock);
/* Takes it if nobody holds it. */
DET_HIDDEN bool spin_try(struct spin *lock);
static inline void spin_unlock(struct spin *lock) {
    __atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

/* Called in a loop that waits for another thread; *turns starts at 0. Blocks: yields now and then. */
DET_HIDDEN void spin_pause(uint32_t *turns);

typedef uint64_t __attribute__((may_alias, aligned(1))) any_word;

/* Written as loops over words that the compiler, building freestanding, does not turn into calls. */
static inline void copy_bytes(void *to, const void *from, size_t bytes) {
    unsigned char *d = to;
    const unsigned char *s = from;
    for (; bytes >= 8; bytes -= 8, d += 8, s += 8) {
        *(any_word *)d = *(const any_word *)s;
    }
    for (; bytes; bytes--) {
        *d++ = *s++;
    }
}

static inline void zero_bytes(void *at, size_t bytes) {
    unsigned char *d = at;
    for (; bytes >= 8; bytes -= 8, d += 8) {
        *(any_word *)d = 0;
    }
    for (; bytes; bytes--) {
        *d++ = 0;
    }
}

static inline size_t text_bytes(const char *text) {
    size_t n = 0;
    while (text && text[n]) {
        n++;
    }
    return n;
}

static inline uint64_t mix64(uint64_t x) {
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    return x ^ (x >> 32);
}

static inline uint64_t load_relaxed(const uint64_t *word) {
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline uint64_t load_acquire(const uint64_t *word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/* A full fence on success and on failure: the lossless rule of access.c rests on it. */
static inline bool swap_if(uint64_t *word, uint64_t from, uint64_t to) {
    return __atomic_compare_exchange_n(word, &from, to, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

#endif
